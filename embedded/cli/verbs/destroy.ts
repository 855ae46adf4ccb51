import { Command } from "commander";
import { prepareMachine } from "../machine-requirements";
import type { Lab } from "../lab";
import { volumesGone } from "../provisioned-volumes";
import { destroyStack } from "../apply-stacks";

/** `./lab destroy`: `pulumi destroy` of the stacks, in the order that lets volumes go as their class says. */
export const destroy = (lab: () => Lab): Command =>
  new Command("destroy")
    .summary("pulumi destroy of both stacks; hosts and cluster stay, data stays or goes as each class says")
    .action(async () => {
      const here = lab();
      await prepareMachine(here);
      await here.locked("destroy", async () => {
        await here.choose();
        const pulumi = here.pulumi();
        const { infrastructure, course } = here.stacks;
        if (!pulumi.exists(infrastructure) && !pulumi.exists(course)) {
          here.progress.say("There are no stacks to destroy.");
          return;
        }
        const facts = await here.sandbox.start(here.progress);
        await destroyStack(here, pulumi, facts, course);
        await here.progress.step("Volumes go or stay as their class says", (step) => volumesGone(here, facts, step));
        await destroyStack(here, pulumi, facts, infrastructure);
      });
      here.progress.say(
        "The stacks are destroyed; data of static volumes and of retaining classes is still on the NAS. ./lab up creates them again.",
      );
    });
