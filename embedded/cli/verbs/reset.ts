import { Command } from "commander";
import { requireSense, withResetOptions, type ResetFlags } from "../../../operations/verbs/reset";
import { ChildFailed } from "../explain-error";
import type { Lab } from "../lab";
import { operate } from "../operations-command";
import { rememberApplied } from "../prepare-stacks";

/** `./lab reset`: back to the lesson's first minute. */
export const reset = (lab: () => Lab): Command =>
  withResetOptions(new Command("reset")).action(async (flags: ResetFlags) => {
    requireSense(flags);
    const here = lab();
    const { facts, environment } = await here.running();
    await here.locked("reset", async () => {
      const choices = await here.choose();
      const exitCode = await operate(here, facts, environment, ["reset", ...wordsOf(flags)]);
      if (exitCode !== 0) throw new ChildFailed(exitCode);
      if (!flags.list && flags.remove === undefined) await rememberApplied(here, facts, choices, [here.stacks.course]);
    });
  });

/** The options as a command line. */
export function wordsOf({ list, yes, section, ...named }: ResetFlags): string[] {
  return [
    ...(list ? ["--list"] : []),
    ...(yes ? ["--yes"] : []),
    ...Object.entries(named).flatMap(([name, value]) => [`--${name}`, value]),
    ...(section ? ["--section", ...section] : []),
  ];
}
