import { Command } from "commander";
import type { Lab } from "../lab";
import { handOver } from "../spawn";

/** `./lab exec -- CMD`: one command with the lab's network, kubeconfig, tools and Pulumi environment. */
export const exec = (lab: () => Lab): Command =>
  new Command("exec")
    .summary("run a command in the lab's network, with its kubectl, pulumi and settings")
    .usage("-- COMMAND [ARGUMENT…]")
    .argument("<command...>")
    .passThroughOptions()
    .action(async (command: string[]) => {
      const { environment } = await lab().running();
      await handOver(lab().sandbox.enter(command), { env: environment });
    });
