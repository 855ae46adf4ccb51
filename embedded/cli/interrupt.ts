import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Progress } from "../../exercises/runner/progress";
import { exitAtSignals, type Interruption } from "../../operations/interrupt";
import { send } from "../toolkit/run";

/** Longest time that running programs get to end cleanly, in milliseconds: Pulumi finishes what it began. */
const PATIENCE = 60_000;

/** {@link exitAtSignals}: the programs that this one started get the signal, and a minute to finish. */
export function endCleanlyOnSignals(progress: Progress): Interruption {
  return exitAtSignals(
    {
      pass(signal) {
        for (const child of children()) send(child, signal);
      },
      async ended() {
        progress.say("Interrupted: ending what is under way (once more to end at once) …");
        const end = Date.now() + PATIENCE;
        while (children().length > 0 && Date.now() < end) await delay(100);
      },
    },
    (line) => progress.say(line),
  );
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
