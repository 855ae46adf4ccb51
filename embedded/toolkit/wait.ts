import { setTimeout as delay } from "node:timers/promises";
import { LabError } from "./errors";

/**
 * For a look that can fail while what it looks at starts: `await look().catch(notNow)`. Gives back an error of the lab, to
 * be told as what is missing; any other is thrown.
 */
export function notNow(error: unknown): LabError {
  if (error instanceof LabError) return error;
  throw error;
}

export interface WaitOptions {
  /** Longest wait, in milliseconds. */
  timeout: number;
  /** Pause between two looks, in milliseconds. @default 250 */
  interval?: number;
  /** What to do when the wait ends without success. */
  remedy?: string;
}

/**
 * Waits for a condition. `look` answers with a value when the condition holds, and otherwise with a sentence that says
 * what is still missing; the last such sentence is part of the error when the time is up.
 */
export async function waitFor<T>(
  what: string,
  options: WaitOptions,
  look: () => Promise<{ done: T } | { missing: string }>,
): Promise<T> {
  const end = Date.now() + options.timeout;
  for (;;) {
    const answer = await look();
    if ("done" in answer) return answer.done;
    if (Date.now() >= end) {
      throw new LabError(
        `${what}: not after ${Math.round(options.timeout / 1000)} s: ${answer.missing}`,
        options.remedy,
      );
    }
    await delay(options.interval ?? 250);
  }
}
