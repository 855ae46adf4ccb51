import { Command } from "commander";
import { type VerifyOptions, withVerifyOptions } from "../../../exercises/runner/verify";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab verify`: the course's exercises, which write, delete and restore. */
export const verify = (lab: () => Lab): Command =>
  withVerifyOptions(new Command("verify"))
    .summary("run the course's exercises and print their evidence")
    .action(async (options: VerifyOptions) => {
      const here = lab();
      await here.running();
      await here.locked("verify", () => operate(here, "verify", { ...options }));
    });
