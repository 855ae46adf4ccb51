import { Command } from "commander";
import { readApplied, writeApplied } from "../applied";
import { prepareMachine } from "../machine-requirements";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab destroy`: `pulumi destroy` of the stacks, after telling what becomes of the data. */
export const destroy = (lab: () => Lab): Command =>
  new Command("destroy")
    .summary("pulumi destroy of both stacks; says what becomes of the data, and asks. Hosts and cluster stay")
    .option("--yes", "do not ask before data is deleted")
    .action(async ({ yes }: { yes?: boolean }) => {
      const here = lab();
      await prepareMachine(here);
      await here.locked("destroy", async () => {
        await here.choose();
        if (!Object.values(here.stacks).some((stack) => here.hasStack(stack))) {
          here.progress.say("There are no stacks to destroy.");
          return;
        }
        await here.sandbox.start(here.progress);
        await writeApplied(here.files, { ...(await readApplied(here.files)), stacks: {}, verified: false });
        await operate(here, "destroy", { infrastructure: true, yes });
      });
    });
