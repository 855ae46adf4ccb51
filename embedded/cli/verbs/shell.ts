import { Command } from "commander";
import type { Lab } from "../lab";
import { projectRoot } from "../lab-files";
import { handOver } from "../spawn";

/** `./lab shell`: a shell in which kubectl and pulumi work as in their manuals. */
export const shell = (lab: () => Lab): Command =>
  new Command("shell").summary("open a shell in the lab's network, next to Pulumi.yaml").action(async () => {
    const here = lab();
    const { environment } = await here.running();
    here.progress.say(
      `kubectl and pulumi speak to the lab here; its stacks: ${Object.values(here.stacks).join(", ")}. exit leaves.`,
    );
    await handOver(here.sandbox.enter([process.env.SHELL ?? "/bin/bash"]), { env: environment, cwd: projectRoot });
  });
