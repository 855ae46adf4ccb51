import { Command } from "commander";
import { requireSense, withResetOptions, type ResetFlags } from "../../../operations/reset/options";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab reset`: back to the lesson's first minute. */
export const reset = (lab: () => Lab): Command =>
  withResetOptions(new Command("reset")).action(async (flags: ResetFlags) => {
    requireSense(flags);
    const here = lab();
    await here.running();
    await here.locked("reset", () => operate(here, "reset", { ...flags }));
  });
