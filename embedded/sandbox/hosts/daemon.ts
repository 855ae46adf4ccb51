import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../../exercises/runner/failure";
import { send } from "../../toolkit/run";
import { waitFor } from "../../../exercises/runner/wait";
import { enterNamespace } from "./network";
import { liveRecord, readRecord, sessionOf, type ProcessRecord } from "./process";
import type { LabPlaces } from "../plan";

/** What a daemon runs. */
export interface Program {
  /** Executable and arguments. */
  command: string[];
  /** Folder it runs in. @default the lab's home */
  cwd?: string;
  /** Content of the files that it reads only when it starts: with another content it has to be started again. */
  inputs?: string[];
  /** The one processor that it and all its processes keep to; where it runs does not make it another program. @default any */
  processor?: number;
}

/**
 * Runs in the new process before the program replaces it, so that the record exists from the program's first moment on,
 * even if whoever started it is killed just then. The start time is field 22 of proc(5)'s stat; a second process with
 * the same id has another one.
 */
const recorder = `
record=$1 fingerprint=$2; shift 2
read -r stat < /proc/$$/stat; read -r boot < /proc/sys/kernel/random/boot_id
field20() { shift 19; echo "$1"; }
echo "$$ $(field20 \${stat##*) }) $boot $fingerprint" > "$record"
exec "$@"`;

/**
 * A long-running program in the lab's network namespace that outlives the command that started it: leader of a session of
 * its own (which all its processes stay in), known by a recorded process id and start time, with its output in the lab's logs.
 */
export class Daemon {
  readonly log: string;
  private readonly record: string;

  constructor(
    readonly name: string,
    private readonly places: LabPlaces,
  ) {
    this.log = join(places.logs, `${name}.log`);
    this.record = join(places.run, `${name}.pid`);
  }

  /** The running process, if there is one. */
  async running(): Promise<ProcessRecord | undefined> {
    return liveRecord(await readRecord(this.record));
  }

  /** Whether it runs, and was started with this very command and inputs. */
  async isRunning(program: Program): Promise<boolean> {
    return (await this.running())?.fingerprint === fingerprintOf(program);
  }

  /** Starts the program unless `isRunning`; ends another one first. Returns whether it was started now. */
  async start(program: Program): Promise<boolean> {
    if (await this.isRunning(program)) return false;
    await this.end();
    const { places, record } = this;
    await mkdir(places.run, { recursive: true });
    await mkdir(places.logs, { recursive: true });
    await rename(this.log, `${this.log}.previous`).catch(() => undefined);
    const log = await open(this.log, "a");
    const [file, ...args] = enterNamespace(places.namespace, [
      ...(program.processor === undefined ? [] : ["taskset", "--cpu-list", String(program.processor)]),
      ...["sh", "-c", recorder, "sh", record, fingerprintOf(program)],
      ...program.command,
    ]);
    const child = spawn(file, args, {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      cwd: program.cwd ?? places.home,
    });
    const failure = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(new Error("it ended at once")));
    });
    child.unref();
    await log.close();
    // Whatever goes wrong from here on is in the log, which mustRun quotes.
    await Promise.race([failure, this.recorded()]).catch(() => this.mustRun());
    return true;
  }

  /** Throws, quoting its last words, when the program is no longer there. */
  async mustRun(): Promise<void> {
    if (await this.running()) return;
    const file = await open(this.log, "r");
    const text = await file.readFile("utf8");
    await file.close();
    const words = text.trim().split("\n").slice(-8).join("\n  ");
    throw new Failure(`${this.name} ended by itself. Its last words:\n  ${words}`, `Read the whole log: ${this.log}`);
  }

  /**
   * Ends the program and every process that it started: asks first when `patience` (milliseconds) is given, then kills.
   * Does nothing when it does not run.
   */
  async end(patience = 0): Promise<void> {
    const record = await readRecord(this.record);
    if (record && patience > 0 && (await liveRecord(record))) {
      send(record.pid, "SIGTERM");
      await this.gone(record, patience);
    }
    await this.kill();
  }

  /** Waits until the program and all its processes have ended; returns whether they did within `patience` milliseconds. */
  async gone(record: ProcessRecord, patience: number): Promise<boolean> {
    const { namespace } = this.places;
    return waitFor<boolean>(`${this.name} to end`, { timeout: patience, interval: 100 }, async () =>
      (await sessionOf(record, namespace)).length === 0 ? { done: true } : { missing: "it runs" },
    ).catch(() => false);
  }

  private async kill(): Promise<void> {
    const record = await readRecord(this.record);
    if (!record) return;
    await waitFor(`${this.name} to end after SIGKILL`, { timeout: 15_000, interval: 50 }, async () => {
      const pids = await sessionOf(record, this.places.namespace);
      for (const pid of pids) send(pid, "SIGKILL");
      return pids.length === 0 ? { done: true } : { missing: `processes ${pids.join(", ")} are still there` };
    });
    await rm(this.record, { force: true });
  }

  private async recorded(): Promise<void> {
    await waitFor(`${this.name} to start`, { timeout: 30_000, interval: 10 }, async () => {
      const record = await readRecord(this.record);
      return record ? { done: undefined } : { missing: `it has not written ${this.record}` };
    });
  }
}

function fingerprintOf(program: Program): string {
  const what = JSON.stringify([program.command, program.inputs ?? []]);
  return createHash("sha256").update(what).digest("hex").slice(0, 16);
}
