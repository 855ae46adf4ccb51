import { Command } from "commander";
import { typescript, type Lab } from "../lab";
import { handOver } from "../spawn";

/** `./lab repair-volume NAME`: a Released volume is made available again to the claim that it was of. */
export const repairVolume = (lab: () => Lab): Command =>
  new Command("repair-volume")
    .summary("free a Released volume for a claim of the same name, after showing whose data it is (asks first)")
    .argument("<name>", "the PersistentVolume")
    .option("--yes", "do not ask")
    .action(async (name: string, { yes }: { yes?: boolean }) => {
      const here = lab();
      const { facts } = await here.running();
      const program = typescript("exercises/tools/repair-volume.ts", [name, ...(yes ? ["--yes"] : [])]);
      await handOver(here.sandbox.enter(program), { env: { KUBECONFIG: facts.kubeconfig } });
    });
