import { Failure } from "./failure";
import { poll } from "./poll";

/**
 * For a look that can fail while what it looks at starts: `await look().catch(notNow)`. Gives back a failure, to be told as
 * what is missing; any other error is thrown.
 */
export function notNow(error: unknown): Failure {
  if (error instanceof Failure) return error;
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
 * Waits for a condition. `look` returns a value when the condition holds, and otherwise a sentence that says what is still
 * missing; the last such sentence is part of the error when the time is up.
 */
export async function waitFor<T>(
  what: string,
  { timeout, interval = 250, remedy }: WaitOptions,
  look: () => Promise<{ done: T } | { missing: string }>,
): Promise<T> {
  let missing = "";
  const found = await poll({ seconds: timeout / 1000, interval }, async () => {
    const seen = await look();
    if ("done" in seen) return seen;
    missing = seen.missing;
  });
  if (found) return found.done;
  throw new Failure(`${what}: not after ${Math.round(timeout / 1000)} s: ${missing}`, remedy);
}
