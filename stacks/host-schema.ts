import { z } from "zod";
import { bareAddress } from "../components/index";
import { host, nextToOthers, publicKey, text, userName } from "./fields";

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, {
    error: 'is not a name: letters, digits, "-" and ".", beginning with a letter or digit',
  })
  .describe(
    "Name of the host in previews and errors, a mere label; unique. Its own secrets end in it: sshPrivateKey-NAME",
  );

/** A path on the machine that runs Pulumi. */
const ownPath = text((value) => (/^(~\/|\/)./.test(value) ? undefined : "is not an absolute path, nor one below ~/"));

/** How one logs in, wherever it is asked. */
const login = {
  port: z.int().min(1).max(65535).optional().describe("TCP port of its SSH server. Default: that of ssh, else 22"),
  user: userName
    .optional()
    .describe(
      "Who logs in; anyone but root needs sudo, with the secret sudoPassword where it asks. Default: that of ssh, else root",
    ),
  agent: z
    .union([z.boolean(), ownPath], { error: "is neither true nor false nor the absolute path of an agent's socket" })
    .optional()
    .describe(
      "Whether an SSH agent has the key: true for that of SSH_AUTH_SOCK, or its socket's path. Default: that of ssh, else false",
    ),
  keyFile: ownPath
    .optional()
    .describe(
      "File with the private key, on the machine that runs Pulumi. Default: that of ssh, else the secret sshPrivateKey",
    ),
};

/** A host of OpenSSH's config. */
const ALIAS = /^[^\s-][^\s*?!,"']*$/;
export const isAlias = (value: unknown): value is string => typeof value === "string" && ALIAS.test(value);

const place = {
  sshAlias: z
    .string()
    .regex(ALIAS, { error: "is not the name of a host in ~/.ssh/config" })
    .optional()
    .describe("A host of ~/.ssh/config: what that says holds where this config says nothing"),
  host: host.optional().describe("Address or name that SSH connects to. Needed without sshAlias"),
  hostKey: publicKey
    .optional()
    .describe('The host\'s public key, "ssh-ed25519 AAAA…" (ssh-keyscan HOST). Left out: not checked'),
};

const withHost = <T extends { host?: unknown; sshAlias?: unknown }>(
  { host: given, sshAlias }: T,
  context: z.RefinementCtx,
) => {
  // Of an alias that can be none, that is the error.
  if (given !== undefined || (sshAlias !== undefined && !isAlias(sshAlias))) return;
  context.addIssue({ code: "custom", path: ["host"], message: "is missing: text is required there" });
};

const bastion = z
  .strictObject({
    name: hostName.default("bastion"),
    ...place,
    ...login,
    port: login.port.describe("TCP port of its SSH server. Default: 22"),
    user: login.user.describe("Who logs in there. Default: root"),
  })
  .superRefine(withHost, nextToOthers);

/** A host that the program logs in to. */
export const sshHost = z
  .strictObject({
    name: hostName,
    ...place,
    address: host
      .optional()
      .describe(
        "Its address as the others see it, where that is not host: of the NAS what nodes mount from. Default: host",
      ),
    ...login,
    bastion: bastion.optional().describe("A host on the way there. Default: that of ssh"),
    direct: z.boolean().optional().describe("true: reached without the bastion of ssh"),
  })
  .superRefine(withHost, nextToOthers);

/** What holds for every host that does not say otherwise. */
export const sshDefaults = z.strictObject({
  configFile: ownPath.optional().describe("The file that sshAlias is looked up in. Default: ~/.ssh/config"),
  port: login.port.describe("TCP port of the hosts' SSH servers. Default: 22"),
  user: login.user.describe("Who logs in to the hosts. Default: root"),
  agent: login.agent.describe(
    "Whether an SSH agent has the keys, or its socket's path; of the bastion too. Default: false",
  ),
  keyFile: login.keyFile.describe("File with the private key of hosts and bastion. Default: the secret sshPrivateKey"),
  bastion: bastion.optional().describe("A host on the way to all of them. Default: none"),
});

/** How to log in somewhere, without a secret: all is decided. */
export interface Login {
  /** Which secrets are its own. Outputs of older programs have none. */
  name?: string;
  host: string;
  port: number;
  user: string;
  hostKey?: string;
  agent?: boolean | string;
  keyFile?: string;
}

/** How to log in to a host, perhaps over another. */
export interface HostLogin extends Login {
  bastion?: Login;
}

/** A host of the config. */
export interface HostConfig extends HostLogin {
  name: string;
  /** As the other hosts see it. @default `host` */
  address?: string;
}

/** What of a host others need to log in to it. */
export function loginOf({ name, host, port, user, hostKey, agent, keyFile, bastion }: HostConfig): HostLogin {
  return { name, host, port, user, hostKey, agent, keyFile, bastion };
}

/** A host with what holds for all. */
export function hostWith(
  { name, host: given = "", address, hostKey, bastion: own, direct, ...rest }: z.output<typeof sshHost>,
  { bastion: shared, ...defaults }: z.output<typeof sshDefaults> = {},
): HostConfig {
  const { port = defaults.port ?? 22, user = defaults.user ?? "root", ...key } = rest;
  const way = own ?? (direct === true ? undefined : shared);
  return {
    name,
    host: given,
    address,
    port,
    user,
    hostKey,
    ...keyWith(key, defaults),
    bastion: way && {
      name: way.name,
      host: way.host ?? "",
      port: way.port ?? 22,
      user: way.user ?? "root",
      hostKey: way.hostKey,
      ...keyWith(way, defaults),
    },
  };
}

/** Where the host's SSH server is: another host has another one. */
export function placeOf(...written: Parameters<typeof hostWith>): string {
  const { host, port, bastion } = hostWith(...written);
  return `${bareAddress(host)}:${port}${bastion ? ` behind ${bareAddress(bastion.host)}` : ""}`;
}

/** Who names a way for a host has taken another one than that for all. */
function keyWith(own: Pick<Login, "agent" | "keyFile">, shared: Pick<Login, "agent" | "keyFile">) {
  const { agent, keyFile } = own.agent === undefined && own.keyFile === undefined ? shared : own;
  return { agent: agent === false ? undefined : agent, keyFile };
}
