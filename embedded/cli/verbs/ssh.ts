import { Command } from "commander";
import type { Lab } from "../lab";
import { handOver } from "../spawn";
import { hostNamed, sshCommand } from "../ssh-command";

/** `./lab ssh HOST [-- CMD]`. */
export const ssh = (lab: () => Lab): Command =>
  new Command("ssh")
    .summary("log in to a host: nas, node1, node2; or run one command there")
    .usage("HOST [-- COMMAND [ARGUMENT…]]")
    .argument("<host>")
    .argument("[command...]")
    .passThroughOptions()
    .action(async (name: string, command: string[]) => {
      const here = lab();
      const { facts } = await here.running();
      await handOver(here.sandbox.enter(sshCommand(facts, hostNamed(facts, name), command)));
    });
