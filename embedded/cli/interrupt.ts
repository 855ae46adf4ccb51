import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Progress } from "../../exercises/runner/progress";
import { hasTerminal, interruptedExitCode } from "../../operations/interrupt";
import { send } from "../toolkit/run";

/** Longest time that running programs get to end cleanly, in milliseconds: Pulumi finishes what it began. */
const PATIENCE = 60_000;

/**
 * Ends the program cleanly at Ctrl-C or SIGTERM: the programs it started get the signal and the time to finish, then this
 * process ends. A second signal ends it at once. Nothing needs undoing: every step can be run again.
 *
 * `whenInterrupted` returns at once where no signal came, else never: the verb that fails because its programs were ended
 * has nothing to say, and must not end this process before they have finished.
 */
export function endCleanlyOnSignals(progress: Progress): { whenInterrupted: () => Promise<void> } {
  let signalled = false;
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    if (signalled) process.exit(interruptedExitCode);
    signalled = true;
    progress.say("Interrupted: ending what is under way (once more to end at once) …");
    // The terminal sends Ctrl-C to every program of the group by itself; twice would be taken as impatience.
    if (signal !== "SIGINT" || !hasTerminal()) for (const child of children()) send(child, signal);
    const end = Date.now() + PATIENCE;
    while (children().length > 0 && Date.now() < end) await delay(100);
    progress.say("Interrupted. The same command continues where this one stopped.");
    process.exit(interruptedExitCode);
  };
  process.on("SIGINT", (signal) => void onSignal(signal));
  process.on("SIGTERM", (signal) => void onSignal(signal));
  return { whenInterrupted: () => (signalled ? new Promise(() => {}) : Promise.resolve()) };
}

/** The programs that this process runs; hosts and control plane have sessions of their own and are left alone. */
function children(): number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
  const own = sessionOf(process.pid);
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map(Number)
    .filter((child) => sessionOf(child) === own);
}

function sessionOf(pid: number): number | undefined {
  try {
    // The second field is a name in parentheses that may hold spaces; the session is the fourth after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[3]);
  } catch {
    return undefined;
  }
}
