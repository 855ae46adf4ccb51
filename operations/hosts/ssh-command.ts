import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shellQuote } from "../../components/nfs/shell-quote";
import type { FindAccess, Login, SshAccess } from "./ssh-access";

/** A call of OpenSSH's client. */
export interface SshCommand {
  args: string[];
  /** Added to the environment. */
  env: Record<string, string>;
}

/** How much longer a host that is behind another one may take to answer, in seconds: the login on the way is part of it. */
export const WAY_SECONDS = 15;

/** A host as `ssh` reaches it, perhaps over another one. */
export type HostLogin = Login & { bastion?: Login };

/**
 * The call that runs a command on a host: with the secrets that are found for it, and with nothing of the user's own keys and
 * config.
 *
 * @param folder A folder that only this user reads, for what `ssh` wants in files.
 */
export async function sshCommand(
  folder: string,
  { bastion, ...login }: HostLogin,
  find: FindAccess,
  command: string,
): Promise<SshCommand> {
  const access = find(login);
  const env = await askPass(folder, login, access);
  const way = bastion && (await proxyCommand(folder, bastion, find));
  const connect: Record<string, string> = way ? { ConnectTimeout: String(5 + WAY_SECONDS), ProxyCommand: way } : {};
  return { args: [...(await options(folder, login, access, connect)), ...target(login), command], env };
}

/** What connects to a host over its bastion: a shell executes it, and `ssh` fills in what begins with `%`. */
async function proxyCommand(folder: string, bastion: Login, find: FindAccess): Promise<string> {
  const access = find(bastion);
  const env = Object.entries(await askPass(folder, bastion, access)).map(([name, value]) => `${name}=${value}`);
  const args = [...(await options(folder, bastion, access)), "-W"];
  const quoted = (words: string[]) => words.map((word) => shellQuote(word.replaceAll("%", "%%"))).join(" ");
  return `env ${quoted([...env, "ssh", ...args])} '[%h]:%p' ${quoted(target(bastion))}`;
}

/** Of a file's name: networks behind two bastions may have the same addresses. */
const suffix = (name: string | undefined) => (name === undefined ? "" : `-${name}`);

function target({ host, port, user }: Login): string[] {
  return ["-p", String(port), "-l", user, host];
}

async function options(
  folder: string,
  { name, host, port, hostKey }: Login,
  access: SshAccess,
  more: Record<string, string> = {},
): Promise<string[]> {
  const { keys, agent } = access;
  const known = join(folder, `known-hosts-${host}-${port}${suffix(name)}`);
  if (hostKey !== undefined) await writeFile(known, `${port === 22 ? host : `[${host}]:${port}`} ${hostKey}\n`);
  const asks = access.passphrase !== undefined || access.password !== undefined;
  const settings = {
    // Otherwise it asks nobody, also not for what it is given here.
    ...(asks ? { BatchMode: "no", NumberOfPasswordPrompts: "1" } : { BatchMode: "yes" }),
    // Neither the user's own keys nor an agent that may be gone.
    ...(agent === undefined
      ? { IdentitiesOnly: "yes", IdentityAgent: "none" }
      : { IdentityFile: "none", IdentityAgent: agent === true ? "SSH_AUTH_SOCK" : `"${String(agent)}"` }),
    UserKnownHostsFile: hostKey === undefined ? "/dev/null" : known,
    GlobalKnownHostsFile: "/dev/null",
    // As Pulumi does: a key that the config does not name is not checked.
    StrictHostKeyChecking: hostKey === undefined ? "no" : "yes",
    ConnectTimeout: "5",
    // A host that died without a word ends the session.
    ServerAliveInterval: "5",
    ServerAliveCountMax: "3",
    LogLevel: "ERROR",
    ...more,
  };
  const each = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  // "none": what the user's own ~/.ssh/config says does not count here.
  return ["-F", "none", ...each, ...keys.flatMap((key) => ["-i", key])];
}

/** How `ssh` gets a passphrase and a password: from a program that prints one, since it reads neither from its input. */
async function askPass(
  folder: string,
  { name, host, port, user }: Login,
  { passphrase, password }: SshAccess,
): Promise<Record<string, string>> {
  if (passphrase === undefined && password === undefined) return {};
  const path = join(folder, `ask-${encodeURIComponent(`${user}@${host}-${port}`)}${suffix(name)}`);
  const answer = async (name: string, text: string | undefined) => {
    if (text === undefined) return "exit 1";
    await writeFile(`${path}.${name}`, `${text}\n`, { mode: 0o600 });
    return `exec cat ${shellQuote(`${path}.${name}`)}`;
  };
  const [ofKey, ofUser] = [await answer("key", passphrase), await answer("user", password)];
  await writeFile(path, `#!/bin/sh\ncase $1 in *assphrase*) ${ofKey} ;; *) ${ofUser} ;; esac\n`, { mode: 0o700 });
  // Before version 8.4 it asks the program only where there is a display, and no terminal.
  return { SSH_ASKPASS: path, SSH_ASKPASS_REQUIRE: "force", DISPLAY: process.env.DISPLAY ?? ":0" };
}
