import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../toolkit/files";
import { run } from "../../toolkit/run";
import { waitFor } from "../../../exercises/runner/wait";
import { allHosts, type HostPlan, type LabPlaces } from "../plan";
import { enterNamespace } from "./network";

export interface KeyPair {
  privateKey: string;
  /** `ssh-ed25519 AAAA…`, without comment. */
  publicKey: string;
}

/** The lab's keys: one that all hosts accept, and one for each host, made before its first boot so that it is known. */
export interface SshKeys {
  user: KeyPair;
  hosts: Record<string, KeyPair>;
}

export interface SshFiles {
  /** Private key that all hosts accept. */
  key: string;
  knownHosts: string;
}

export function sshFiles(places: LabPlaces): SshFiles {
  return { key: join(places.ssh, "id_ed25519"), knownHosts: join(places.ssh, "known_hosts") };
}

/** Makes the keys that are not there yet, and the known_hosts file. */
export async function ensureKeys(places: LabPlaces): Promise<SshKeys> {
  await mkdir(places.ssh, { recursive: true, mode: 0o700 });
  const files = sshFiles(places);
  const user = await keyPair(files.key);
  const hosts: SshKeys["hosts"] = {};
  for (const host of allHosts) hosts[host.name] = await keyPair(join(places.ssh, `host_${host.name}`));
  const lines = allHosts.map((host) => `${host.address} ${hosts[host.name]?.publicKey}\n`);
  await replaceFile(files.knownHosts, lines.join(""));
  return { user, hosts };
}

/** The ssh command line for a host, strict about its key and untouched by the user's own configuration. */
export function sshCommand(places: LabPlaces, host: HostPlan, command: string[]): [string, ...string[]] {
  const { key, knownHosts } = sshFiles(places);
  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile="${knownHosts}"`,
    "ConnectTimeout=3",
    "ServerAliveInterval=5",
    "ServerAliveCountMax=6",
  ].flatMap((option) => ["-o", option]);
  const ssh = ["ssh", "-F", "none", "-i", key, ...options, `root@${host.address}`, "--", ...command];
  return enterNamespace(places.namespace, ssh);
}

/** Runs a shell command on a host and returns what it printed. */
export async function onHost(
  places: LabPlaces,
  host: HostPlan,
  command: string,
  timeout: number,
  input?: Buffer,
): Promise<string> {
  const [file, ...args] = sshCommand(places, host, [command]);
  return run(file, args, { timeout, input });
}

export interface AnswerOptions<T> {
  /** Shell command that the host is asked. */
  command: string;
  /** Longest wait, in milliseconds. */
  timeout: number;
  /** Throws when no answer can come any more. */
  alive: () => Promise<void>;
  /** Reads what the command printed; what is missing is waited for. */
  read: (output: string) => { done: T } | { missing: string };
}

/** Waits until the host answers over SSH as `read` wants it. */
export async function waitForAnswer<T>(
  places: LabPlaces,
  host: HostPlan,
  { command, timeout, alive, read }: AnswerOptions<T>,
): Promise<T> {
  const remedy = `Read its console (${join(places.logs, `${host.name}.log`)}); then ./lab down and ./lab up boot it again.`;
  return waitFor(`SSH on ${host.name} (${host.address})`, { timeout, interval: 300, remedy }, async () => {
    await alive();
    return onHost(places, host, command, 20_000).then(read, (error: Error) => ({ missing: error.message }));
  });
}

async function keyPair(file: string): Promise<KeyPair> {
  if (!existsSync(`${file}.pub`)) {
    // The public half is written last: without it, the private one is what a killed run left.
    await rm(file, { force: true });
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "storage-lab", "-f", file]);
  }
  const [type, key] = (await readFile(`${file}.pub`, "utf8")).split(" ");
  return { privateKey: await readFile(file, "utf8"), publicKey: `${type} ${key}` };
}
