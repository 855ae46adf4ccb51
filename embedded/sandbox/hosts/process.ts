import { readFile, readdir, readlink, stat } from "node:fs/promises";
import { namespaceFile } from "./network";

/** What identifies a process beyond its id, which the kernel gives out again once the process has ended. */
export interface ProcessRecord {
  pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat, see proc(5). */
  startTime: string;
  /** The machine's /proc/sys/kernel/random/boot_id when the process was started. */
  boot: string;
  /** Digest of what it was started with. */
  fingerprint: string;
}

/** The fields of /proc/PID/stat that matter here; the name in field 2 may contain spaces and parentheses. */
export function parseStat(text: string): { state: string; session: number; startTime: string } {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", session: Number(fields[3]), startTime: fields[19] ?? "" };
}

export function parseRecord(text: string): ProcessRecord | undefined {
  const [pid, startTime, boot, fingerprint] = text.trim().split(" ");
  if (!pid || !startTime || !boot || !fingerprint) return undefined;
  return { pid: Number(pid), startTime, boot, fingerprint };
}

export async function readRecord(file: string): Promise<ProcessRecord | undefined> {
  return parseRecord(await readFile(file, "utf8").catch(() => ""));
}

/** The record itself while its process runs; undefined when it has ended, or another process has its id now. */
export async function liveRecord(record: ProcessRecord | undefined): Promise<ProcessRecord | undefined> {
  if (!record || record.boot !== (await bootId())) return undefined;
  const now = await statOf(record.pid);
  return now && now.startTime === record.startTime && now.state !== "Z" ? record : undefined;
}

/**
 * The processes of the session that the recorded process leads or led. When the leader has ended, its id stays taken for
 * as long as the session has members; the namespace then tells whether they are ours.
 */
export async function sessionOf(record: ProcessRecord, namespace: string): Promise<number[]> {
  if (record.boot !== (await bootId())) return [];
  const leader = await statOf(record.pid);
  if (leader && leader.startTime !== record.startTime) return [];
  const members: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const now = await statOf(Number(entry));
    if (now?.session === record.pid && now.state !== "Z" && (leader || (await isInside(entry, namespace)))) {
      members.push(Number(entry));
    }
  }
  return members;
}

/** When a process was started, in milliseconds since 1970, to the second. The clock tick is 1/100 s on every Linux. */
export async function startedAt(record: Pick<ProcessRecord, "startTime">): Promise<number> {
  const boot = /^btime (\d+)$/m.exec(await readFile("/proc/stat", "utf8"))?.[1];
  return (Number(boot) + Math.floor(Number(record.startTime) / 100)) * 1000;
}

/** Resident memory in MiB, as `ps` shows it. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
}

async function statOf(pid: number): Promise<ReturnType<typeof parseStat> | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text ? parseStat(text) : undefined;
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

async function isInside(pid: string, namespace: string): Promise<boolean> {
  const own = await readlink(`/proc/${pid}/ns/net`).catch(() => "");
  const file = await stat(namespaceFile(namespace)).catch(() => undefined);
  return file !== undefined && own === `net:[${file.ino}]`;
}
