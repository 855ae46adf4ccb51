import { closeSync, openSync } from "node:fs";
import type { Progress } from "../exercises/runner/progress";
import { running } from "./pulumi/pulumi";

/** What a shell returns for a program that Ctrl-C ended. */
export const interruptedExitCode = 130;

/** Set by a program that runs this one and tells the user itself. */
export const TELLS = "STORAGE_LAB_CALLER_TELLS";

/** What ends by itself at a signal, and then cleans up. */
const cleaningUp = new Set<Promise<unknown>>();

/** Work that hears signals itself: the program does not end before it. */
export function endsAtSignals<T>(work: Promise<T>): Promise<T> {
  const settled = work.finally(() => cleaningUp.delete(settled));
  cleaningUp.add(settled);
  return settled;
}

/**
 * Ends the program cleanly at Ctrl-C, SIGTERM or when its terminal is closed: Pulumi gets the time to finish what it began,
 * and records it. A second signal ends this at once.
 *
 * `whenInterrupted` returns at once where no signal came, else never: what fails because Pulumi was ended has nothing to say.
 */
export function endCleanlyOnSignals(progress: Progress): { whenInterrupted: () => Promise<void> } {
  let signalled = false;
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    if (signalled) process.exit(interruptedExitCode);
    signalled = true;
    // The terminal sends Ctrl-C to every program of the group by itself; twice would be taken as impatience.
    if (signal !== "SIGINT" || !hasTerminal()) for (const pulumi of running) pulumi.kill("SIGINT");
    await Promise.allSettled([...running, ...cleaningUp]);
    if (!process.env[TELLS]) progress.say("Interrupted. The same command continues where this one stopped.");
    process.exit(interruptedExitCode);
  };
  // A run without a terminal is meant to outlast one (nohup).
  const signals: NodeJS.Signals[] = process.stderr.isTTY ? ["SIGINT", "SIGTERM", "SIGHUP"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, (name) => void onSignal(name));
  return { whenInterrupted: () => (signalled ? new Promise(() => {}) : Promise.resolve()) };
}

/** Whether this process has a terminal that sends it signals. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
