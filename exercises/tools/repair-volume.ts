import { Command } from "commander";
import { KubernetesCluster } from "../cluster/kubernetes-cluster";
import { confirm, runProgram } from "../runner/run-program";
import { inspect, repair } from "./released-volume";
import { volumeLine } from "../cluster/volumes";

const program = new Command("repair-volume")
  .description("Makes a Released volume available again for a claim of the same name, and for no other.")
  .argument("<name>", "the PersistentVolume")
  .option("--yes", "do not ask");

/** Returns the exit code: 0 repaired or nothing to repair, 1 refused or failed. */
async function main(): Promise<number> {
  const [name = ""] = program.args;
  const cluster = await KubernetesCluster.connect();
  const found = await inspect(cluster, name);
  console.log(found.lines.join("\n"));
  if (found.refused) throw found.refused;
  if (found.inOrder) {
    console.log(`Nothing to repair: ${found.inOrder}.`);
    return 0;
  }
  const { namespace, name: claim } = found.volume.spec?.claimRef ?? {};
  const what = `This makes the volume wait for a claim ${namespace}/${claim}: whoever makes one there gets the data above.`;
  if (!program.opts<{ yes?: boolean }>().yes) await confirm(what, "repair", "add --yes");
  console.log(`Repaired: ${volumeLine(await repair(cluster, found))}`);
  return 0;
}

runProgram(program, main);
