import { Command } from "commander";
import { volumeLine } from "../../exercises/cluster/volumes";
import { confirm } from "../../exercises/runner/run-program";
import type { WithStacks } from "../main";
import { inspect, repair } from "../restore/released-volume";

/** `repair-volume NAME`: a Released volume is made available again to the claim that it was of. */
export const repairVolume = (withStacks: WithStacks): Command =>
  new Command("repair-volume")
    .summary("free a Released volume for a claim of the same name, after showing whose data it is (asks first)")
    .argument("<name>", "the PersistentVolume")
    .option("--yes", "do not ask")
    .action((name: string, { yes }: { yes?: boolean }) =>
      withStacks(async ({ connect }) => {
        const cluster = await connect();
        const found = await inspect(cluster, name);
        console.log(found.lines.join("\n"));
        if (found.refused) throw found.refused;
        if (found.inOrder) {
          console.log(`Nothing to repair: ${found.inOrder}.`);
          return;
        }
        const { namespace, name: claim } = found.volume.spec?.claimRef ?? {};
        const what = `This makes the volume wait for a claim ${namespace}/${claim}: whoever makes one there gets the data above.`;
        if (!yes) await confirm(what, "repair", "add --yes");
        console.log(`Repaired: ${volumeLine(await repair(cluster, found))}`);
      }),
    );
