import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostFiles, unit, writeSeed, type SeedFile } from "../../../../embedded/sandbox/hosts/seed";
import type { SshKeys } from "../../../../embedded/sandbox/hosts/ssh";
import { nas, nodes, placesOf, type HostPlan } from "../../../../embedded/sandbox/plan";
import { run } from "../../../../embedded/toolkit/run";

const key = (name: string) => ({ privateKey: `private ${name}\n`, publicKey: `ssh-ed25519 ${name}` });
const keys: SshKeys = {
  user: key("user"),
  hosts: { nas: key("nas"), node1: key("node1"), node2: key("node2") },
};

const contentOf = (host: HostPlan, path: string) => {
  const file = hostFiles(host, keys).find((one) => one.path === path);
  return file && "content" in file ? file.content : undefined;
};

test("each host gets its own name, address and host key, and the lab's user key", () => {
  expect(contentOf(nas, "etc/hostname")).toBe("nas-192.168.110.168\n");
  expect(contentOf(nas, "etc/storage-lab/network")).toBe("ADDRESS=192.168.110.168/24\nGATEWAY=192.168.110.1\n");
  expect(contentOf(nas, "etc/ssh/ssh_host_ed25519_key")).toBe("private nas\n");
  expect(contentOf(nas, "root/.ssh/authorized_keys")).toBe("ssh-ed25519 user\n");
});

test("the NAS gives no delegations, by which it would call nodes back", () => {
  expect(contentOf(nas, "etc/sysctl.d/90-lab-nas.conf")).toBe("fs.leases-enable = 0\n");
  for (const node of nodes) expect(contentOf(node, "etc/sysctl.d/90-lab-nas.conf")).toBeUndefined();
});

test("every host starts its SSH server at boot, whatever was done to it", () => {
  for (const host of [nas, ...nodes]) {
    expect(hostFiles(host, keys)).toContainEqual({
      path: "etc/systemd/system/multi-user.target.wants/ssh.service",
      link: "/lib/systemd/system/ssh.service",
    });
  }
});

test("each node has a route to the other's pods", () => {
  const routes = nodes.map((node) => contentOf(node, "etc/storage-lab/network")?.split("\n")[2]);
  expect(routes).toEqual(['ROUTES="10.244.2.0/24=192.168.110.12"', 'ROUTES="10.244.1.0/24=192.168.110.11"']);
});

test("the archive holds files and links only, owned by root, with their modes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "seed-"));
  try {
    const files: SeedFile[] = [
      { path: "etc/secret", content: "s", mode: 0o600 },
      { path: "etc/plain", content: "p" },
      ...unit("a.service", "[Unit]\n"),
    ];
    const archive = join(folder, "seed.tar");
    await writeSeed(archive, files);
    const listing = await run("tar", ["--list", "--verbose", "--numeric-owner", "--file", archive]);
    const entries = listing.split("\n").map((line) => line.split(/\s+/));
    expect(entries.map(([mode, owner, , , , ...name]) => [mode, owner, name.join(" ")])).toEqual([
      ["-rw-------", "0/0", "etc/secret"],
      ["-rw-r--r--", "0/0", "etc/plain"],
      ["-rw-r--r--", "0/0", "etc/systemd/system/a.service"],
      ["lrwxrwxrwx", "0/0", "etc/systemd/system/multi-user.target.wants/a.service -> ../a.service"],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("labs of different homes have different namespaces, and the same home always the same", () => {
  expect(placesOf("/srv/a/.lab").namespace).toMatch(/^lab-[0-9a-f]{8}$/);
  expect(placesOf("/srv/a/.lab")).toEqual(placesOf("/srv/a/.lab"));
  expect(placesOf("/srv/a/.lab").namespace).not.toBe(placesOf("/srv/b/.lab").namespace);
});
