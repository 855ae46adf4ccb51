import { createHash } from "node:crypto";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../../toolkit/run";
import { allHosts, hostNetwork, nodes, type HostPlan } from "../plan";
import type { SshKeys } from "./ssh";

/** A file that a host finds in its root file system when it boots. */
export type SeedFile = { path: string; content: string; mode?: number } | { path: string; link: string };

/** What every host gets: its name, network and keys. `routes` are applied before its services start. */
export function hostFiles(host: HostPlan, keys: SshKeys): SeedFile[] {
  const key = keys.hosts[host.name];
  if (!key) throw new Error(`no host key was made for ${host.name}`);
  const routes = nodes.filter((node) => node.name !== host.name).map((node) => `${node.podCidr}=${node.address}`);
  const isNode = nodes.some((node) => node.name === host.name);
  const network = [
    `ADDRESS=${host.address}/${hostNetwork.prefix}`,
    `GATEWAY=${hostNetwork.gateway}`,
    // The NAS sees pods by their node's address, as the course's client range wants it; it needs no way to them.
    ...(isNode ? [`ROUTES="${routes.join(" ")}"`] : []),
  ];
  return [
    { path: "etc/hostname", content: `${host.hostname}\n` },
    { path: "etc/hosts", content: hostsFile() },
    // The cluster's DNS server refuses other names at once, which is better than waiting for one that does not exist.
    { path: "etc/resolv.conf", content: `nameserver ${hostNetwork.gateway}\n` },
    { path: "etc/storage-lab/network", content: `${network.join("\n")}\n` },
    // The default of 90 s would be waited for whenever one process of a pod ignores SIGTERM.
    { path: "etc/systemd/system.conf.d/10-lab.conf", content: "[Manager]\nDefaultTimeoutStopSec=10s\n" },
    // Without delegations the server calls no client back. A node's kernel (6.1) that unmounts its last export while it is
    // called back waits for itself, and can mount nothing until it boots.
    ...(isNode ? [] : [{ path: "etc/sysctl.d/90-lab-nas.conf", content: "fs.leases-enable = 0\n" }]),
    // A boot brings the SSH server back that somebody disabled: nothing else reaches the host.
    { path: "etc/systemd/system/multi-user.target.wants/ssh.service", link: "/lib/systemd/system/ssh.service" },
    { path: "etc/ssh/ssh_host_ed25519_key", content: key.privateKey, mode: 0o600 },
    { path: "etc/ssh/ssh_host_ed25519_key.pub", content: `${key.publicKey}\n` },
    { path: "root/.ssh/authorized_keys", content: `${keys.user.publicKey}\n`, mode: 0o600 },
  ];
}

/** A systemd unit and the link that starts it at boot. */
export function unit(name: string, content: string): SeedFile[] {
  return [
    { path: `etc/systemd/system/${name}`, content },
    { path: `etc/systemd/system/multi-user.target.wants/${name}`, link: `../${name}` },
  ];
}

export function digest(files: SeedFile[]): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("hex");
}

/**
 * Writes the files into a tar archive, which is the host's second disk: /sbin/lab-init of the base image unpacks it over
 * the root file system before systemd starts. Only files are listed, so that no folder's mode changes.
 */
export async function writeSeed(archive: string, files: SeedFile[]): Promise<void> {
  const folder = `${archive}.files`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const file of files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    if ("link" in file) await symlink(file.link, path);
    else await writeFile(path, file.content, { mode: file.mode ?? 0o644 });
  }
  const list = files.map((file) => file.path).join("\n");
  const unfinished = `${archive}.unfinished`;
  await run(
    "tar",
    ["--create", "--file", unfinished, "--directory", folder, "--owner=0", "--group=0", "--files-from=-"],
    {
      input: list,
    },
  );
  await rename(unfinished, archive);
  await rm(folder, { recursive: true });
}

function hostsFile(): string {
  const hosts = allHosts.map((host) => `${host.address} ${host.hostname}`);
  return `${["127.0.0.1 localhost", "::1 localhost", ...hosts].join("\n")}\n`;
}
