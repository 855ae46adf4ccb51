import { closeSync, openSync } from "node:fs";
import type { Progress } from "../exercises/runner/progress";
import { running } from "./pulumi/pulumi";

/** What a shell returns for a program that Ctrl-C ended. */
const interruptedExitCode = 130;

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

/** What a program has under way when a signal comes. */
export interface UnderWay {
  /** Hands the signal on. Not called where the terminal has sent it to every program of the group already. */
  pass: (signal: NodeJS.Signals) => void;
  /** Settles once all of it has ended, or has had its time. */
  ended: () => Promise<unknown>;
}

export interface Interruption {
  /**
   * Returns at once where no signal came, else never: what fails because a signal ended it has nothing to say, and must not
   * end the program before the rest has finished.
   */
  whenInterrupted: () => Promise<void>;
}

/** Ctrl-C, the end that a system asks for, and a terminal that is closed. */
const SIGNALS: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Ends the program cleanly at a signal: what is under way gets it, and the time to end. A second signal ends the program at
 * once. Nothing needs undoing: every step can be run again.
 */
export function exitAtSignals({ pass, ended }: UnderWay, say: (line: string) => void): Interruption {
  let signalled = false;
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    // A terminal that is closed sends its own to every program of the group, next to that of the caller.
    if (signalled && signal === "SIGHUP") return;
    if (signalled) process.exit(interruptedExitCode);
    signalled = true;
    // The terminal sends Ctrl-C to every program of the group by itself; twice would be taken as impatience.
    if (signal !== "SIGINT" || !hasTerminal()) pass(signal);
    await ended();
    say("Interrupted. The same command continues where this one stopped.");
    process.exit(interruptedExitCode);
  };
  for (const signal of SIGNALS) process.on(signal, (name) => void onSignal(name));
  return { whenInterrupted: () => (signalled ? new Promise(() => {}) : Promise.resolve()) };
}

/** {@link exitAtSignals}: Pulumi finishes what it began, and records it. */
export function endCleanlyOnSignals(progress: Progress): Interruption {
  return exitAtSignals(
    {
      pass() {
        for (const pulumi of running) pulumi.kill("SIGINT");
      },
      ended: () => Promise.allSettled([...running, ...cleaningUp]),
    },
    (line) => {
      if (!process.env[TELLS]) progress.say(line);
    },
  );
}

/** Whether this process has a terminal that sends it signals. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
