import { Command } from "commander";
import { readApplied, writeApplied } from "../applied";
import { prepareMachine } from "../machine-requirements";
import { Failure } from "../../../exercises/runner/failure";
import type { Lab } from "../lab";
import { classStack } from "../lab-files";
import { operate } from "../operations-command";
import { readState } from "../stack-state";

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
        const made = await readState(here.files, classStack(here.files.home));
        if (made?.resources?.length) {
          throw new Failure("There is a class, whose students use the export.", "First: ./lab class down");
        }
        await here.sandbox.start(here.progress);
        await writeApplied(here.files, { ...(await readApplied(here.files)), stacks: {}, verified: false });
        await operate(here, "destroy", { infrastructure: true, yes });
      });
    });
