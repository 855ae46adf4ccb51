import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { KeyEncryptedError, parsePrivateKey } from "sshpk";
import { closest, homePath } from "../components/index";
import type { HostLogin, Login } from "./host-schema";
import type { OpenSsh } from "./openssh";

/** Secrets of hosts: `NAME` holds for all of them, `NAME-<host>` for one. */
export const HOST_SECRETS = ["sshPrivateKey", "sshKeyPassphrase", "sshPassword", "sudoPassword"] as const;
export type HostSecret = (typeof HOST_SECRETS)[number];

/** The config's values by key, with the project's name in front. */
export type Values = Record<string, string | undefined>;

/** A secret and the key that it was found under, without the project's name. */
interface Found {
  key: string;
  value: string;
}

/** The secrets that a login is made with. */
export interface LoginSecrets {
  /** None where an agent or a file has the key. */
  key?: Found;
  password?: Found;
  sudoPassword?: Found;
  /** Whether `agent` and `keyFile` of the config are used: a key of the host's own goes before them. */
  other: boolean;
}

const PROJECT = "storage-lab";

/** The host's own secret, else the one for all. */
export function secretOf(values: Values, secret: HostSecret, name: string | undefined): Found | undefined {
  const keys = name === undefined ? [secret] : [`${secret}-${name}`, secret];
  return keys.map((key) => ({ key, value: values[`${PROJECT}:${key}`] ?? "" })).find(({ value }) => value !== "");
}

/** A key of the host's own goes before an agent and a file, and these before the key for all. */
export function secretsOf(values: Values, { name, agent, keyFile }: Login): LoginSecrets {
  const found = secretOf(values, "sshPrivateKey", name);
  const isOwn = found !== undefined && found.key !== "sshPrivateKey";
  const other = !isOwn && (agent !== undefined || keyFile !== undefined);
  return {
    key: other ? undefined : found,
    password: secretOf(values, "sshPassword", name),
    sudoPassword: secretOf(values, "sudoPassword", name),
    other,
  };
}

/** Whether a private key has a passphrase that is missing, or that another one opens. */
export function passphraseError(key: string, passphrase: string | undefined): "missing" | "wrong" | undefined {
  try {
    // Node reads PEM, and sshpk what ssh-keygen writes today; of a wrong passphrase for PEM it tells only the process.
    if (key.includes("BEGIN OPENSSH PRIVATE KEY")) parsePrivateKey(key, "ssh", { passphrase });
    else createPrivateKey({ key, passphrase });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    // The second is what OpenSSL says of a question that it may not ask.
    if (error instanceof KeyEncryptedError || /MISSING_PASSPHRASE|INTERRUPTED_OR_CANCELLED/.test(code))
      return "missing";
    if (/incorrect passphrase|bad decrypt|bad_decrypt/i.test(`${code} ${message}`)) return "wrong";
  }
  // Of what cannot be read for another reason the plugin tells.
  return undefined;
}

/** The secret of which a key is one host's, and that host: of `sshPrivateKey-nas` the host nas. */
export function ownSecretIn(key: string): { secret: HostSecret; host: string } | undefined {
  const secret = HOST_SECRETS.find((each) => key.startsWith(`${each}-`));
  return secret && { secret, host: key.slice(secret.length + 1) };
}

/** Errors of secrets of single hosts that are none of these. */
export function strangerErrors(values: Values, hosts: HostLogin[]): string[] {
  const known = [...new Set(hosts.flatMap(({ name, bastion }) => [name, bastion?.name]))].filter(
    (name) => name !== undefined,
  );
  return Object.keys(values).flatMap((each) => {
    const key = each.replace(`${PROJECT}:`, "");
    const own = each === key ? undefined : ownSecretIn(key);
    if (own === undefined || known.includes(own.host)) return [];
    return [`${each} is of no host that this stack logs in to${closest(own.host, known)}`];
  });
}

export interface LoginContext {
  stack: string;
  values: Values;
  /** Asks the agent. @default it is not asked */
  ssh?: Pick<OpenSsh, "agentError">;
}

/** Why a host, or the bastion before it, cannot be logged in to; `path` is its key in the config. */
export function hostErrors(host: HostLogin, path: string, context: LoginContext): string[] {
  const { bastion } = host;
  return [...loginErrors(host, path, context), ...(bastion ? loginErrors(bastion, `${path}.bastion`, context) : [])];
}

function loginErrors(login: Login, path: string, { stack, values, ssh }: LoginContext): string[] {
  const { name, agent, keyFile } = login;
  const { key, password, other } = secretsOf(values, login);
  if (other && agent !== undefined) {
    const error = ssh?.agentError(agent);
    return error === undefined ? [] : [`${path}.agent ${error}.`];
  }
  if (other && keyFile !== undefined) {
    const { text = "", error } = readKey(keyFile);
    if (error !== undefined) return [`${path}.keyFile (${JSON.stringify(keyFile)}) cannot be read: ${error}.`];
    return passphraseErrors(`The key in ${keyFile}`, text, "sshKeyPassphrase", { stack, values, name });
  }
  if (key === undefined) return password ? [] : [missingKey(stack)];
  const own = key.key.replace("sshPrivateKey", "sshKeyPassphrase");
  return passphraseErrors(`${PROJECT}:${key.key}`, key.value, own, { stack, values, name });
}

function readKey(file: string): { text?: string; error?: string } {
  try {
    return { text: readFileSync(homePath(file), "utf8") };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** What is said where there is no way in. */
export function missingKey(stack: string): string {
  return `${PROJECT}:sshPrivateKey is missing. Set it: ${setSecret("sshPrivateKey", stack)}`;
}

/** The command that sets a secret of hosts. */
export function setSecret(key: string, stack: string): string {
  return `pulumi config set --secret ${key} -s ${stack}${key.startsWith("sshPrivateKey") ? " < KEYFILE" : ""}`;
}

function passphraseErrors(
  what: string,
  text: string,
  key: string,
  { stack, values, name }: Pick<LoginContext, "stack" | "values"> & { name?: string },
): string[] {
  const passphrase = secretOf(values, "sshKeyPassphrase", name);
  switch (passphraseError(text, passphrase?.value)) {
    case "missing":
      return [`${what} has a passphrase. Set it: ${setSecret(key, stack)}`];
    case "wrong": {
      const given = passphrase?.key ?? key;
      return [`${PROJECT}:${given} does not open the key (${what}). Set the right one: ${setSecret(given, stack)}`];
    }
    case undefined:
      return [];
  }
}
