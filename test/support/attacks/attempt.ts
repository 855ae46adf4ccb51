import type { Act, Actor, Command, Place } from "./act";

/** How a command ended. */
export interface Ending {
  code: number;
  output: string;
}

/** Runs a command as somebody. */
export type Run = (as: Actor, command: Command) => Promise<Ending>;

/** What came of an act. */
export interface Attempt {
  act: Act;
  /** What is wrong: a forbidden act succeeded, failed for another reason, or fails for everybody. `undefined`: all well. */
  wrong?: string;
  /** What was said. */
  said: string;
}

/** Tries an act, and its control before it. */
export async function attempt(act: Act, place: Place, run: Run): Promise<Attempt> {
  try {
    if (act.before) {
      const prepared = await run("administrator", act.before(place));
      if (prepared.code !== 0) return { act, said: prepared.output, wrong: "what it needs could not be made" };
    }
    if (act.control) {
      const control = await run(act.control.as, act.control.command(place));
      if (control.code !== 0) return { act, said: control.output, wrong: "its control failed: it proves nothing" };
    }
    const { code, output } = await run(act.as, act.command(place));
    return { act, said: output, wrong: verdict(act, code, output) };
  } finally {
    if (act.after) await run("administrator", act.after(place));
  }
}

function verdict(act: Act, code: number, output: string): string | undefined {
  if (act.kind === "allowed") return code === 0 ? undefined : "it should succeed";
  if (code === 0) return "it succeeded";
  return act.refusal?.test(output) ? undefined : `it failed, but nobody said ${act.refusal}`;
}
