import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import type { Lab } from "../lab";
import { classStack, projectRoot, stackFile } from "../lab-files";
import { confirm } from "../../../exercises/runner/run-program";

/** `./lab purge`: the lab as if it had never been; the cache of build products stays. */
export const purge = (lab: () => Lab): Command =>
  new Command("purge")
    .summary("stop the lab and delete its disks, cluster, keys and state (asks first)")
    .option("--yes", "do not ask")
    .action(async ({ yes }: { yes?: boolean }) => {
      const here = lab();
      here.requireRoot();
      if (!here.exists()) {
        here.progress.say(`There is no lab in ${here.files.home}.`);
        return;
      }
      if (!yes) await confirm(losses(here), "purge", "./lab purge --yes");
      await here.locked("purge", async () => {
        await here.progress.step("Stopping hosts and control plane, removing their disks and keys", () =>
          here.sandbox.purge(),
        );
        // All but the lock, which another ./lab may be waiting for.
        for (const name of await readdir(here.files.home)) {
          const path = join(here.files.home, name);
          if (path !== here.files.lock) await rm(path, { recursive: true, force: true });
        }
        for (const file of await ownFiles(here)) await rm(file, { force: true });
      });
      here.progress.say("The lab is deleted.");
    });

/** The stack files of the lab, also those of a class and its shards, and the record of its students. */
async function ownFiles({ stacks, files }: Lab): Promise<string[]> {
  const ofClass = classStack(files.home);
  const shard = new RegExp(`^Pulumi\\.${ofClass}(-\\d{1,4})?\\.yaml$`);
  const names = (await readdir(projectRoot)).filter((name) => shard.test(name) || name === `${ofClass}.students.yaml`);
  return [...Object.values(stacks).map(stackFile), ...names.map((name) => join(projectRoot, name))];
}

/** What is lost, for the question. */
function losses(lab: Lab): string {
  const files = Object.values(lab.stacks).map((stack) => `Pulumi.${stack}.yaml`);
  return `This removes the NAS's and the nodes' disks with all data on them, the cluster, the SSH keys, Pulumi's state, ${files.join(" and ")}, and a class with its students.`;
}
