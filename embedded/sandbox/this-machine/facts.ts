import { existsSync } from "node:fs";
import { readFile, readdir, statfs } from "node:fs/promises";
import { arch } from "node:os";
import { dirname, join } from "node:path";
import { cacheRoot } from "../../toolkit/cache";
import { run } from "../../toolkit/run";
import { Daemon } from "../hosts/daemon";
import { needsWideRegisters } from "../build/wide-registers";
import { allHosts, placesOf } from "../plan";

/** What is known about this machine; sizes in bytes. */
export interface MachineFacts {
  /** Numeric user id of this process. */
  uid: number;
  /** As Node names it: `x64` is x86-64. */
  arch: string;
  /** From /etc/os-release, see os-release(5). */
  system: { id: string; idLike: string[]; version: number; name: string };
  /** The programs of `requiredPrograms` that are not on PATH. */
  missingPrograms: string[];
  /** `go version`'s word, like `go1.26.1`; undefined when there is no Go. */
  go?: string;
  memory: { total: number; available: number };
  disks: { path: string; free: number }[];
  /** What the cache of build products takes already. */
  cacheSize: number;
  shm?: { size: number; free: number; noexec: boolean };
  tun: boolean;
  /** Networks that this machine is in or routes to, in CIDR notation, without the default route. */
  networks: { cidr: string; device: string }[];
  /** Whether a host of this lab runs, so that its memory is taken already. */
  running: boolean;
  /** Network namespaces of other labs. */
  otherLabs: string[];
}

/** Programs that the sandbox runs and the Debian package that each is in. */
export const requiredPrograms: Record<string, string> = {
  "linux.uml": "user-mode-linux",
  mmdebstrap: "mmdebstrap",
  "mkfs.ext4": "e2fsprogs",
  ip: "iproute2",
  nsenter: "util-linux",
  taskset: "util-linux",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  tar: "tar",
  // Where the processor has more registers than User Mode Linux knows of.
  gcc: "gcc",
};

/** Looks at this machine; changes nothing. */
export async function machineFacts(home: string): Promise<MachineFacts> {
  const places = placesOf(home);
  const records = await Promise.all(allHosts.map((host) => new Daemon(host.name, places).running()));
  const namespaces = await readdir("/run/netns").catch(() => []);
  return {
    uid: process.getuid?.() ?? -1,
    arch: arch(),
    system: parseSystem(await readFile("/etc/os-release", "utf8").catch(() => "")),
    missingPrograms: await missingPrograms(),
    go: await run("go", ["version"]).then(
      (text) => text.split(" ")[2],
      () => undefined,
    ),
    memory: parseMemory(await readFile("/proc/meminfo", "utf8")),
    disks: await Promise.all([cacheRoot(), home].map(async (path) => ({ path, free: (await spaceAt(path)).free }))),
    cacheSize: await run("du", ["-sk", cacheRoot()]).then(
      (text) => Number.parseInt(text, 10) * 1024,
      () => 0,
    ),
    shm: await shmFacts(),
    tun: existsSync("/dev/net/tun"),
    networks: await networks(),
    running: records.some((record) => record !== undefined),
    otherLabs: namespaces.filter((name) => /^lab-[0-9a-f]{8}$/.test(name) && name !== places.namespace),
  };
}

export function parseSystem(text: string): MachineFacts["system"] {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return {
    id: value("ID"),
    idLike: value("ID_LIKE").split(" ").filter(Boolean),
    version: Number.parseFloat(value("VERSION_ID")),
    name: value("PRETTY_NAME") || "an unknown system",
  };
}

export function parseMemory(text: string): MachineFacts["memory"] {
  const value = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) * 1024;
  return { total: value("MemTotal"), available: value("MemAvailable") };
}

async function missingPrograms(): Promise<string[]> {
  const unneeded = (await needsWideRegisters()) ? [] : ["gcc"];
  return Object.keys(requiredPrograms).filter((program) => !unneeded.includes(program) && !onPath(program));
}

function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.some((folder) => folder !== "" && existsSync(join(folder, program)));
}

/** Of the file system that the path is on, or will be on once it exists. */
async function spaceAt(path: string): Promise<{ size: number; free: number }> {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bsize, blocks, bavail } = await statfs(existing);
  return { size: bsize * blocks, free: bsize * bavail };
}

async function shmFacts(): Promise<MachineFacts["shm"]> {
  if (!existsSync("/dev/shm")) return undefined;
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" "));
  const options = mounts.findLast(([, path]) => path === "/dev/shm")?.[3]?.split(",") ?? [];
  return { ...(await spaceAt("/dev/shm")), noexec: options.includes("noexec") };
}

async function networks(): Promise<MachineFacts["networks"]> {
  const text = await run("ip", ["-json", "-4", "route", "show", "table", "all"]).catch(() => "[]");
  const routes = JSON.parse(text) as { dst: string; dev?: string; type?: string }[];
  return routes
    .filter(({ dst, type }) => dst !== "default" && type !== "broadcast" && type !== "multicast")
    .map(({ dst, dev }) => ({ cidr: dst.includes("/") ? dst : `${dst}/32`, device: dev ?? "no device" }));
}
