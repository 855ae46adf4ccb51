import { existsSync, readFileSync } from "node:fs";
import { homePath } from "../components/index";
import { passphraseError, secretOf, type Values } from "./host-secrets";
import { isAlias } from "./host-schema";
import type { OpenSsh, SshConfig } from "./openssh";

/** What a config says of a host, or of a bastion, as far as it says anything. */
type Host = Record<string, unknown>;

/** What stands in for the address of a host whose alias says none: the error of that is enough. */
const UNKNOWN = "unknown";

export interface AliasOptions {
  ssh: OpenSsh;
  /** With the secrets, which go before the alias's key file. */
  values: Values;
  /** Told of an error: the path of its key, and a sentence. */
  error: (path: string, message: string) => void;
}

/**
 * The key `infrastructure` with each `sshAlias` resolved as OpenSSH does it: its address, port, user, key file and the one
 * host on the way, where the config itself says nothing of these.
 */
export function withAliases(settings: unknown, options: AliasOptions): unknown {
  if (!isObject(settings)) return settings;
  const { nas, nodes, additional } = settings;
  const ssh = isObject(settings.ssh) ? settings.ssh : {};
  const lookup = {
    ...options,
    shared: ssh,
    configFile: typeof ssh.configFile === "string" ? ssh.configFile : undefined,
  };
  const withBastion = (host: Host, path: string): Host =>
    isObject(host.bastion) ? { ...host, bastion: resolved(host.bastion, `${path}.bastion`, lookup, true) } : host;
  const resolve = (host: unknown, path: string): unknown =>
    isObject(host) ? resolved(withBastion(host, path), path, lookup, false) : host;
  return {
    ...settings,
    ...(isObject(settings.ssh) && { ssh: withBastion(ssh, "ssh") }),
    ...(nas !== undefined && { nas: resolve(nas, "nas") }),
    ...(Array.isArray(nodes) && { nodes: nodes.map((node, index) => resolve(node, `nodes[${index}]`)) }),
    ...(Array.isArray(additional) && {
      additional: additional.map((each: unknown, index) =>
        isObject(each) && each.nas !== undefined
          ? { ...each, nas: resolve(each.nas, `additional[${index}].nas`) }
          : each,
      ),
    }),
  };
}

/** What is looked up, and what the config says of all hosts. */
interface Lookup extends AliasOptions {
  shared: Host;
  configFile?: string;
}

function isObject(value: unknown): value is Host {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function resolved(host: Host, path: string, lookup: Lookup, isBastion: boolean): Host {
  const { sshAlias: alias } = host;
  if (!isAlias(alias)) return host;
  const fail = (message: string) => {
    lookup.error(`${path}.sshAlias`, `(${JSON.stringify(alias)}) ${message}`);
    return { host: UNKNOWN, ...host };
  };
  const found = look(alias, lookup);
  if (typeof found === "string") return fail(found);
  const way = host.bastion === undefined && host.direct !== true ? wayOf(found) : undefined;
  if (typeof way === "string") return fail(way);
  if (way !== undefined && isBastion) {
    return fail("is itself behind another host (ProxyJump): one host on the way is all that can be");
  }
  const name = typeof host.name === "string" ? host.name : "bastion";
  const bastion = way && bastionOf(way, lookup);
  if (typeof bastion === "string") return fail(bastion);
  const login = loginOf(found, name, lookup, host);
  return { ...(isBastion ? login : withoutDefaults(login, lookup)), ...(bastion && { bastion }), ...host };
}

/** What OpenSSH says of an alias; an error where it says of it what it says of any name. */
function look(alias: string, { ssh, configFile }: Lookup): SshConfig | string {
  const found = ssh.config(alias, configFile);
  if (typeof found === "string") return `cannot be looked up: ${found}`;
  const other = ssh.config(NOBODY, configFile);
  const isKnown = found.hostname?.[0] !== alias || text(found, alias) !== text(other, NOBODY);
  return isKnown ? found : `is no host of ${configFile ?? "~/.ssh/config"}: ssh -G ${alias} finds nothing there`;
}

/** A name that no config has. */
const NOBODY = "storage-lab-asks-for-no-host";

function text(config: SshConfig | string, name: string): string {
  return JSON.stringify(config).replaceAll(name, "");
}

/** Port and user that OpenSSH takes for any name give way to those that the config has for all hosts. */
function withoutDefaults(login: Host, { ssh, configFile, shared }: Lookup): Host {
  const any = ssh.config(NOBODY, configFile);
  const isDefault = (key: string) =>
    shared[key] !== undefined && typeof any !== "string" && any[key]?.[0] === String(login[key]);
  return Object.fromEntries(Object.entries(login).filter(([key]) => !isDefault(key)));
}

/** What of an alias can be used. Its key is, where the config has no other one. */
function loginOf(config: SshConfig, name: string, { values, shared }: Lookup, given: Host): Host {
  const isSettled =
    [given, shared].some(({ agent, keyFile }) => agent !== undefined || keyFile !== undefined) ||
    secretOf(values, "sshPrivateKey", name) !== undefined;
  const login = { host: config.hostname?.[0], port: Number(config.port?.[0] ?? 22), user: config.user?.[0] };
  return isSettled ? login : { ...login, ...keyOf(config, secretOf(values, "sshKeyPassphrase", name) !== undefined) };
}

/** The alias's key file, the agent where that is locked or missing. */
function keyOf(config: SshConfig, hasPassphrase: boolean): Host {
  const [agent = process.env.SSH_AUTH_SOCK === undefined ? "none" : "SSH_AUTH_SOCK"] = config.identityagent ?? [];
  const keyFile = config.identityfile?.map(homePath).find((path) => existsSync(path));
  const isLocked = keyFile !== undefined && passphraseError(readFileSync(keyFile, "utf8"), undefined) === "missing";
  if (agent !== "none" && (keyFile === undefined || (isLocked && !hasPassphrase))) {
    return { agent: agent === "SSH_AUTH_SOCK" || agent };
  }
  return keyFile === undefined ? {} : { keyFile };
}

/** The one host on the way: its name, and what ProxyJump itself says of it. */
function wayOf({
  proxyjump,
  proxycommand,
}: SshConfig): { name: string; user?: string; port?: number } | string | undefined {
  if (proxycommand !== undefined && proxycommand[0] !== "none") {
    // Its arguments may hold a password.
    return `uses ProxyCommand (${proxycommand[0]?.split(" ")[0]}), which Pulumi's SSH client has not: use ProxyJump, or set bastion`;
  }
  const jump = proxyjump?.[0];
  if (jump === undefined || jump === "none") return undefined;
  if (jump.includes(",")) return `goes over several hosts (ProxyJump ${jump}): one host on the way is all that can be`;
  const [, user, name = "", port] = /^(?:ssh:\/\/)?(?:(.+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(jump) ?? [];
  return { name: name.replace(/^\[(.*)\]$/, "$1"), user, port: port === undefined ? undefined : Number(port) };
}

function bastionOf(
  { name, user, port }: { name: string; user?: string; port?: number },
  lookup: Lookup,
): Host | string {
  const found = lookup.ssh.config(name, lookup.configFile);
  if (typeof found === "string") return `goes over ${name}, which cannot be looked up: ${found}`;
  if (wayOf(found) !== undefined) {
    return `goes over ${name}, which is behind another host itself: one host on the way is all that can be`;
  }
  const label = /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name) ? name : "bastion";
  const login = loginOf(found, label, lookup, {});
  return { name: label, ...login, ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
}
