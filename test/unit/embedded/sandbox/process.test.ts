import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { liveRecord, parseRecord, parseStat, sessionOf, startedAt } from "../../../../embedded/sandbox/hosts/process";
import type { ProcessRecord } from "../../../../embedded/sandbox/hosts/process";
import { waitFor } from "../../../../exercises/runner/wait";

const namespace = "lab-00000000";

let child: ChildProcess | undefined;

/** A session of two processes, like a guest: a leader and what it has forked. */
async function session(): Promise<ProcessRecord> {
  child = spawn("sh", ["-c", "sleep 100 & sleep 100; true"], { detached: true, stdio: "ignore" });
  const pid = child.pid ?? 0;
  const { startTime } = parseStat(await readFile(`/proc/${pid}/stat`, "utf8"));
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const record = { pid, startTime, boot, fingerprint: "x" };
  await waitFor("the session", { timeout: 30_000, interval: 10 }, async () =>
    (await sessionOf(record, namespace)).length === 3 ? { done: undefined } : { missing: "its processes" },
  );
  return record;
}

afterEach(() => {
  if (child?.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  child = undefined;
});

test("reads stat although a name may contain parentheses and spaces", () => {
  const rest = "S 1 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000";
  expect(parseStat(`42 (a) b (c) ${rest}`)).toEqual({ state: "S", session: 77, startTime: "987654" });
});

test("a record that is cut off is none", () => {
  expect(parseRecord("12 345 boot print\n")).toEqual({ pid: 12, startTime: "345", boot: "boot", fingerprint: "print" });
  expect(parseRecord("12 345 boot")).toBeUndefined();
  expect(parseRecord("")).toBeUndefined();
});

test("finds every process of a session, and its leader's start", async () => {
  const record = await session();
  expect(await liveRecord(record)).toEqual(record);
  expect(await sessionOf(record, namespace)).toContain(record.pid);
  expect(Math.abs((await startedAt(record)) - Date.now())).toBeLessThan(10_000);
});

test("a process that only has the same id is not ours", async () => {
  const record = await session();
  const other = { ...record, startTime: `${Number(record.startTime) - 1}` };
  expect(await liveRecord(other)).toBeUndefined();
  expect(await sessionOf(other, namespace)).toEqual([]);
});

test("a record from before the machine's last boot is not ours", async () => {
  const record = { ...(await session()), boot: "another" };
  expect(await liveRecord(record)).toBeUndefined();
  expect(await sessionOf(record, namespace)).toEqual([]);
});

test("once the leader is gone, members outside the lab's namespace are not ours", async () => {
  const record = await session();
  const ended = new Promise((resolve) => child?.once("exit", resolve));
  process.kill(record.pid, "SIGKILL");
  await ended;
  expect(await liveRecord(record)).toBeUndefined();
  expect(await sessionOf(record, namespace)).toEqual([]);
});
