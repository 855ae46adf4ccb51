import ipaddr from "ipaddr.js";
import { allHosts, hostNetwork } from "../plan";
import type { Requirement } from "../types";
import { machineFacts, requiredPrograms, type MachineFacts } from "./facts";

const GB = 1e9;
const MiB = 2 ** 20;

/** What a lab needs in all: build products, images, disks; whatever the cache holds already counts as had. */
const diskNeed = 15 * GB;
/** What a lab still writes when everything is built. */
const diskReserve = 3 * GB;
const memoryNeed = 6 * GB;
/** Of that, what has to be free before the hosts start; the rest is a running system's own. */
const memoryFree = 4 * GB;
/** The hosts' memory is a file there: all of it may be touched one day. */
const shmNeed = allHosts.reduce((sum, host) => sum + host.memoryMiB, 0) * MiB;

/** First release of a family that has what is needed. */
const oldest: Record<string, number> = { debian: 12, ubuntu: 22.04 };

const ownHosts = 'use hosts of your own instead (README.md, "Own hosts")';

/** Looks at this machine and says, for each condition of the sandbox, whether it holds and what to do otherwise. */
export async function requirements(home: string): Promise<Requirement[]> {
  return judge(await machineFacts(home));
}

/** The same for facts that are known; pure. */
export function judge(facts: MachineFacts): Requirement[] {
  return [
    root(facts),
    architecture(facts),
    system(facts),
    packages(facts),
    go(facts),
    disk(facts),
    memory(facts),
    shm(facts),
    tun(facts),
    addressRange(facts),
    otherLabs(facts),
  ];
}

function root({ uid }: MachineFacts): Requirement {
  return {
    name: "Root",
    ok: uid === 0,
    found: uid === 0 ? "yes" : `user id ${uid}`,
    remedy: `Run it as root (sudo ./lab …): the sandbox makes network devices and disk images; or ${ownHosts}.`,
  };
}

function architecture({ arch }: MachineFacts): Requirement {
  return {
    name: "Architecture",
    ok: arch === "x64",
    found: arch === "x64" ? "x86-64" : arch,
    remedy: `User Mode Linux exists for x86-64 only: take such a machine, or ${ownHosts}.`,
  };
}

function system({ system: { id, idLike, version, name } }: MachineFacts): Requirement {
  const least = oldest[id];
  const ok = least === undefined ? idLike.includes("debian") : !(version < least);
  return {
    name: "System",
    ok,
    found: name,
    remedy: `Debian 12 or newer, or its kin (Ubuntu 22.04 or newer), is needed: take such a machine, or ${ownHosts}.`,
  };
}

function packages({ missingPrograms }: MachineFacts): Requirement {
  const missing = [...new Set(missingPrograms.map((program) => requiredPrograms[program] ?? program))];
  return {
    name: "Packages",
    ok: missing.length === 0,
    found: missing.length === 0 ? "all installed" : `missing: ${missing.join(", ")}`,
    remedy: `apt-get install ${missing.join(" ")}`,
    packages: missing,
  };
}

function go(facts: MachineFacts): Requirement {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(facts.go ?? "") ?? [];
  const ok = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 21);
  return {
    name: "Go",
    ok,
    found: facts.go ?? "not installed",
    remedy: `Install Go 1.21 or newer (https://go.dev/doc/install; on Debian 12 also from bookworm-backports) and put it on PATH: Kubernetes is built with it; or ${ownHosts}.`,
  };
}

/** Of cache and lab, the one with less room counts; they may be on one file system. */
function disk({ disks: all, cacheSize, running }: MachineFacts): Requirement {
  const need = running ? GB : Math.max(diskNeed - cacheSize, diskReserve);
  const least = all.reduce((a, b) => (b.free < a.free ? b : a));
  return {
    name: "Disk",
    ok: least.free >= need,
    found: `${gigabytes(least.free)} free at ${least.path}`,
    remedy: `${gigabytes(need)} are needed: free some, or move the cache (STORAGE_LAB_CACHE) or the lab (STORAGE_LAB_HOME) to a larger disk.`,
  };
}

function memory({ memory: { total, available }, running }: MachineFacts): Requirement {
  return {
    name: "Memory",
    ok: total >= memoryNeed && (running || available >= memoryFree),
    found: `${gigabytes(total)}, of which ${gigabytes(available)} available`,
    remedy: `${gigabytes(memoryNeed)} are needed, ${gigabytes(memoryFree)} of them available: end other programs, take a larger machine, or ${ownHosts}.`,
  };
}

function shm({ shm: found, running }: MachineFacts): Requirement {
  const name = "/dev/shm";
  const need = `size=${Math.ceil(shmNeed / MiB / 1024)}G`;
  if (!found) {
    return {
      name,
      ok: false,
      found: "not there",
      remedy: `The hosts' memory lives there: mkdir /dev/shm && mount -t tmpfs -o ${need} tmpfs /dev/shm`,
    };
  }
  return {
    name,
    ok: !found.noexec && found.size >= shmNeed && (running || found.free >= shmNeed),
    found: `${gigabytes(found.size)}, of which ${gigabytes(found.free)} free${found.noexec ? ", mounted noexec" : ""}`,
    remedy: `The hosts' memory lives and is executed there: mount -o remount,exec${found.size < shmNeed ? `,${need}` : ""} /dev/shm, and remove what fills it (${gigabytes(shmNeed)} are needed).`,
  };
}

function tun({ tun: present }: MachineFacts): Requirement {
  return {
    name: "/dev/net/tun",
    ok: present,
    found: present ? "there" : "not there",
    remedy: "The hosts' network cards need it: modprobe tun; in a container, add the device /dev/net/tun.",
  };
}

/** The sandbox's network is hidden in a namespace, but then so is the machine's own of that range from inside. */
function addressRange({ networks }: MachineFacts): Requirement {
  const conflicts = networks.filter(({ cidr }) => overlap(cidr, hostNetwork.cidr));
  const words = conflicts.map(({ cidr, device }) => `${cidr} (${device})`);
  return {
    name: "Address range",
    ok: conflicts.length === 0,
    found: conflicts.length === 0 ? `${hostNetwork.cidr} is free` : `this machine uses ${words.join(", ")}`,
    remedy: `The sandbox's hosts have the course's addresses in ${hostNetwork.cidr}, and would be mistaken for yours of the same: run it on a machine outside that range, or ${ownHosts}.`,
  };
}

function otherLabs({ otherLabs: names }: MachineFacts): Requirement {
  return {
    name: "Other labs",
    ok: true,
    found: names.length === 0 ? "none" : `${names.join(", ")}: they run side by side, each with its own memory`,
    remedy: "",
  };
}

function overlap(one: string, other: string): boolean {
  const [first, second] = [ipaddr.IPv4.parseCIDR(one), ipaddr.IPv4.parseCIDR(other)];
  const length = Math.min(first[1], second[1]);
  return first[0].match(second[0], length);
}

function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
