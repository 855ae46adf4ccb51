import { setTimeout as delay } from "node:timers/promises";

export interface PollOptions {
  /** Longest wait, in seconds. */
  seconds: number;
  /** Pause between two looks, in milliseconds. @default 500 */
  interval?: number;
}

/**
 * Looks again and again, at least once, and returns what `look` found; `undefined` when the time is up. Ends early, with
 * its reason, on `signal`.
 */
export async function poll<T>(
  { seconds, interval = 500 }: PollOptions,
  look: () => Promise<T | undefined>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined || Date.now() >= end) return found;
    await delay(interval, undefined, { signal });
  }
}
