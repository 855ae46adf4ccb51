import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { commandPluginTakesRsa } from "./command-plugin";
import { bareAddress } from "./host-address";

/** How to log in to an SSH server. One of `privateKey`, `privateKeyFile`, `agent` and `password` is needed. */
export interface SshLogin {
  /** Address or name of the host, as the machine that runs Pulumi (or the bastion) reaches it. Examples: `192.168.110.168`, `fd00::10`. */
  host: pulumi.Input<string>;
  /** TCP port of its SSH server. @default 22 */
  port?: pulumi.Input<number>;
  /** Who logs in. Examples: `root`, `first.last`, `SCHOOL\teacher`. @default "root" */
  user?: pulumi.Input<string>;
  /** The private key, in OpenSSH or PEM form. Pass a secret. @default that of `privateKeyFile`, else none */
  privateKey?: pulumi.Input<string>;
  /** The passphrase of a private key that has one. Pass a secret. An error where the key has none. @default none */
  privateKeyPassword?: pulumi.Input<string>;
  /**
   * Path of a file with the private key, on the machine that runs Pulumi; it may begin with `~/`. It is read when the program runs, and
   * what is in it is a secret. @default none
   */
  privateKeyFile?: pulumi.Input<string>;
  /** The SSH agent that has the key: `true` for that of `SSH_AUTH_SOCK`, or the path of a socket. @default false */
  agent?: pulumi.Input<boolean | string>;
  /** The user's password, for a server that takes no key. Pass a secret. @default none */
  password?: pulumi.Input<string>;
  /**
   * The host's public key as in a `known_hosts` file, without the name: `ssh-ed25519 AAAA…`, `ecdsa-sha2-…`, or `ssh-rsa AAAA…`,
   * which Pulumi's own plugin `command` cannot check, so that it is an error with that. The connection is refused when the host shows
   * another one. @default none: the host's key is not checked
   */
  hostKey?: pulumi.Input<string>;
  /** What the host is called where its secrets are kept; a check hands it out. @default none */
  name?: pulumi.Input<string>;
}

/** How to reach a host over SSH, and how to become root there. */
export interface SshConnection extends SshLogin {
  /** The password that `sudo` asks `user` for; not used where it asks for none. Pass a secret. @default none: `sudo` must not ask */
  sudoPassword?: pulumi.Input<string>;
  /** A host on the way (ProxyJump), through which `host` is reached. @default none */
  bastion?: SshLogin;
}

/** The fields without a default: who has another way in needs no key. */
export function sshFields(args: { connection?: SshConnection } | undefined): { host: true; privateKey?: true } {
  const { privateKeyFile, agent, password } = args?.connection ?? ({} as Partial<SshConnection>);
  const other = privateKeyFile ?? (agent === false ? undefined : agent) ?? password;
  return other === undefined ? { host: true, privateKey: true } : { host: true };
}

/** What of a connection may be shown as the inputs of its component: no secret. */
export function withoutKey({ host, port, user, hostKey, bastion }: SshConnection) {
  return {
    host,
    port,
    user,
    hostKey,
    bastion: bastion && { host: bastion.host, port: bastion.port, user: bastion.user },
  };
}

/** What is recorded of a login for those who log in later, with its defaults; no secret. */
export function recorded({ name, host, port, user, hostKey, agent, privateKeyFile }: SshLogin) {
  return { name, host: bareHost(host), port: portOf(port), user: userOf(user), hostKey, agent, privateKeyFile };
}

/** Who logs in, as inputs and records have it. */
export function userOf(user: SshLogin["user"]): pulumi.Input<string> {
  return orDefault(user, "root");
}

function portOf(port: SshLogin["port"]): pulumi.Input<number> {
  return orDefault(port, 22);
}

/** A connection that is one Output has fields that may come out undefined. */
function orDefault<T>(given: pulumi.Input<T> | undefined, fallback: T): pulumi.Input<T> {
  if (!pulumi.Output.isInstance(given)) return given ?? fallback;
  return (given as pulumi.Output<T | undefined>).apply<T>((known) => known ?? fallback);
}

/** What of a connection may be recorded: as `recorded`, with the bastion. */
export function recordedConnection(connection: SshConnection) {
  return { ...recorded(connection), bastion: throughBastion(connection.bastion, recorded) };
}

/** What is made of the bastion, if there is one; a connection that is one Output has a bastion that may come out undefined. */
export function throughBastion<T extends object>(
  bastion: SshLogin | undefined,
  make: (bastion: SshLogin) => T,
): T | pulumi.Output<pulumi.Unwrap<T>> | undefined {
  if (!pulumi.Output.isInstance(bastion)) return bastion && make(bastion);
  const known = bastion as unknown as pulumi.Output<SshLogin | undefined>;
  return known.apply((each) => (each === undefined ? undefined : make(each))) as pulumi.Output<pulumi.Unwrap<T>>;
}

/** An address as SSH wants it, without brackets. */
function bareHost(host: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(host).apply(bareAddress);
}

/** The path of a file, whose `~/` is the user's home. */
export function homePath(path: string): string {
  return path.replace(/^~(?=\/)/, homedir());
}

/** The login as `@pulumi/command` wants it. `what` names it in errors. */
export function loginInputs(what: string, login: SshLogin, parent: pulumi.Resource) {
  const { host, port, user, privateKeyPassword, password, agent } = login;
  return {
    host: bareHost(host),
    port: portOf(port),
    user: userOf(user),
    privateKey: privateKeyOf(what, login, parent),
    hostKey: checkedHostKey(what, login.hostKey, parent),
    privateKeyPassword,
    password,
    // Without a path it takes that of SSH_AUTH_SOCK, which another session has elsewhere: no change of the resource.
    agentSocketPath: agent === undefined ? undefined : optional(pulumi.output(agent).apply(socketPath)),
  };
}

/** An Output that comes out undefined is an input that is left out. */
function optional<T>(output: pulumi.Output<T | undefined>): pulumi.Output<T> {
  return output as pulumi.Output<T>;
}

function socketPath(agent: boolean | string): string | undefined {
  return typeof agent === "string" ? homePath(agent) : undefined;
}

function privateKeyOf(what: string, { privateKey, privateKeyFile }: SshLogin, parent: pulumi.Resource) {
  const read = () => (privateKeyFile === undefined ? undefined : keyOf(what, privateKeyFile, parent));
  if (!pulumi.Output.isInstance(privateKey)) return privateKey ?? read();
  return (privateKey as pulumi.Output<string | undefined>).apply((given) => (given ?? read()) as string);
}

function keyOf(what: string, file: pulumi.Input<string>, parent: pulumi.Resource): pulumi.Output<string> {
  const text = pulumi.output(file).apply((path?: string) => {
    try {
      return path && readFileSync(homePath(path), "utf8");
    } catch (error) {
      const words = `privateKeyFile of ${what}: ${(error as Error).message}.`;
      throw new pulumi.ResourceError(words, parent, true);
    }
  });
  return optional(pulumi.secret(text));
}

/** An Output of another stack may come out undefined: no key. */
function checkedHostKey(
  what: string,
  hostKey: pulumi.Input<string> | undefined,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  if (hostKey === undefined) return undefined;
  const given = typeof hostKey === "string" ? hostKey : pulumi.output(hostKey).apply((key?: string) => key ?? "");
  const known = checked(parent, `hostKey of ${what}`, given, (key) => (key === "" ? undefined : hostKeyError(key)));
  return optional(known.apply((key) => (key === "" ? undefined : key)));
}

/** Why this cannot be a `hostKey`; `undefined` when it can. */
export function hostKeyError(key: string): string | undefined {
  if (!/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+=*( .*)?$/.test(key)) {
    return `is not a public key such as "ssh-ed25519 AAAA…"; take it from: ssh-keyscan -t ed25519 HOST`;
  }
  if (!key.startsWith("ssh-rsa ") || commandPluginTakesRsa()) return undefined;
  // It asks for signatures of the kind that the key names, which are SHA-1, and servers refuse those.
  return (
    "is an ssh-rsa key, which Pulumi's plugin command cannot check (that of ./lab and ./lab env can): take another one, " +
    "from: ssh-keyscan -t ed25519 HOST (where the host has none: ssh-keygen -A there)"
  );
}
