import { Command } from "commander";
import type { Snapshot } from "../../components/nfs/nfs-snapshot";
import { Failure } from "../../exercises/runner/failure";
import { duration } from "../../exercises/runner/progress";
import type { Lab } from "../lab";
import type { WithLab } from "../main";
import { Directories } from "../reset/directories";
import { reset as run } from "../reset/reset";
import { scopeOf } from "../reset/scope";
import { requireSense, withResetOptions, type ResetFlags } from "../reset/options";

/** `reset`: back to the lesson's first minute. */
export const reset = (withLab: WithLab): Command =>
  withResetOptions(new Command("reset")).action((flags: ResetFlags) => {
    requireSense(flags);
    return withLab((lab) =>
      flags.list || flags.remove !== undefined ? snapshots(lab, flags) : resetTimed(lab, flags),
    );
  });

async function resetTimed(lab: Lab, { section, save, from, yes = false }: ResetFlags): Promise<void> {
  const start = Date.now();
  await run(lab, { sections: section, save, from, agreed: yes });
  lab.progress.say(`✓ The lesson can begin (${duration(Date.now() - start)})`);
}

async function snapshots(lab: Lab, { remove }: ResetFlags): Promise<void> {
  const directories = Directories.of(lab.hosts, scopeOf(lab.stacks));
  if (!directories) throw new Failure("this course has no directories on the NAS, and so no snapshots of them");
  if (remove === undefined) {
    const found = await directories.snapshots();
    process.stdout.write(found.map(snapshotLine).join(""));
    if (found.length === 0) lab.progress.say("There are no snapshots; reset --save NAME makes one.");
    return;
  }
  await directories.removeSnapshot(remove);
  lab.progress.say(`✓ The snapshot ${remove} is removed`);
}

function snapshotLine({ name, savedAt, bytes, directories }: Snapshot): string {
  return `${name}\t${savedAt}\t${(bytes / 1024 / 1024).toFixed(1)} MiB\t${directories.join(" ")}\n`;
}
