import { Command } from "commander";
import { verify as run, withVerifyOptions, type VerifyOptions } from "../../exercises/runner/verify";
import { endsAtSignals } from "../interrupt";
import { requireCourse } from "../lab";
import type { WithStacks } from "../main";

/** `verify`: the course's exercises, which write, delete and restore. */
export const verify = (withStacks: WithStacks): Command =>
  withVerifyOptions(new Command("verify"))
    .summary("run the course's exercises and print their evidence")
    .action((options: VerifyOptions) =>
      withStacks((stacks) => {
        if (!options.list) requireCourse(stacks);
        return endsAtSignals(run(options, stacks.settings, stacks.connect));
      }),
    );
