import { Command } from "commander";
import { requireSense, withResetOptions, type ResetFlags } from "../../../operations/verbs/reset";
import type { Lab } from "../lab";
import { operate } from "../operations-command";
import { rememberApplied } from "../prepare-stacks";

/** `./lab reset`: back to the lesson's first minute. */
export const reset = (lab: () => Lab): Command =>
  withResetOptions(new Command("reset")).action(async (flags: ResetFlags) => {
    requireSense(flags);
    const here = lab();
    const { facts } = await here.running();
    await here.locked("reset", async () => {
      const choices = await here.choose();
      await operate(here, "reset", { ...flags });
      if (!flags.list && flags.remove === undefined) await rememberApplied(here, facts, choices, [here.stacks.course]);
    });
  });
