import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Progress } from "./progress";
import { LabError } from "../toolkit/errors";
import { waitFor } from "../toolkit/wait";

/** Longest wait for another run on the same lab: as long as a first `up` may take on a slow machine. */
const LONGEST_WAIT = 60 * 60_000;

/**
 * Runs `work` while no other ./lab changes the same lab. The kernel holds the lock (flock) for as long as this process
 * lives, so that one which was killed leaves nothing behind.
 */
export async function withLock<T>(path: string, verb: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a+");
  try {
    if (!tryLock(file)) {
      await progress.step(`Waiting for ${holder(path)}, which works on the same lab`, async () =>
        waitFor(`The lock ${path}`, { timeout: LONGEST_WAIT, interval: 500 }, () =>
          Promise.resolve(tryLock(file) ? { done: true } : { missing: `${holder(path)} still holds it` }),
        ),
      );
    }
    writeFileSync(path, `./lab ${verb} (process ${process.pid})\n`);
    return await work();
  } finally {
    closeSync(file);
  }
}

/** flock(2) belongs to the open file, which the helper shares with this process: it stays locked when the helper ends. */
function tryLock(file: number): boolean {
  const result = spawnSync("flock", ["--nonblock", "3"], { stdio: ["ignore", "ignore", "ignore", file] });
  if (result.error) throw new LabError(`flock could not run: ${result.error.message}`, "apt-get install util-linux");
  return result.status === 0;
}

function holder(path: string): string {
  return readFileSync(path, "utf8").trim() || "another ./lab";
}
