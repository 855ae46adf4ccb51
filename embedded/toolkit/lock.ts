import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { Failure } from "../../exercises/runner/failure";
import { waitFor } from "../../exercises/runner/wait";

export interface LockOptions {
  /** Who holds it, as others are told: "./lab up (process 4711)". */
  holder: string;
  /** Longest wait for another holder, in milliseconds. @default one hour: as long as a first build may take */
  timeout?: number;
  /** Called once, when somebody else holds it, with the wait to come; it must await that. */
  whileBusy?: (holder: string, wait: () => Promise<void>) => Promise<void>;
}

/**
 * Runs `work` while no other process on this machine, nor another call in this one, holds the lock file `path`. The kernel
 * keeps the lock (flock) as long as this process lives: one that was killed leaves nothing that anybody must wait for.
 */
export async function exclusively<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const file = openSync(path, "a+");
  try {
    if (!tryLock(file)) {
      const wait = (): Promise<void> =>
        waitFor(`The lock ${path}`, { timeout: options.timeout ?? 3_600_000, interval: 500 }, () =>
          Promise.resolve(tryLock(file) ? { done: undefined } : { missing: `${holderOf(path)} still holds it` }),
        );
      await (options.whileBusy ? options.whileBusy(holderOf(path), wait) : wait());
    }
    writeFileSync(path, `${options.holder}\n`);
    return await work();
  } finally {
    closeSync(file);
  }
}

/** flock(2) belongs to the open file, which the helper shares with this process: it stays locked when the helper ends. */
function tryLock(file: number): boolean {
  const result = spawnSync("flock", ["--nonblock", "3"], { stdio: ["ignore", "ignore", "ignore", file] });
  if (result.error) throw new Failure(`flock could not run: ${result.error.message}`, "apt-get install util-linux");
  return result.status === 0;
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim() || "another process";
  } catch {
    // The file may be gone: its holder's folder can be removed while others wait.
    return "another process";
  }
}
