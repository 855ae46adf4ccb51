import { Command } from "commander";
import type { Lab } from "../lab";

/** `./lab down`: hosts and control plane stop; everything is kept. */
export const down = (lab: () => Lab): Command =>
  new Command("down")
    .summary("stop hosts and control plane; disks, cluster and Pulumi's state stay")
    .action(async () => {
      const here = lab();
      here.requireRoot();
      await here.locked("down", () => here.sandbox.stop(here.progress));
      here.progress.say("The lab is stopped. ./lab up starts it again.");
    });
