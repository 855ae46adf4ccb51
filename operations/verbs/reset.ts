import { Command } from "commander";
import { snapshotNameError, type Snapshot } from "../../components/nfs/nfs-snapshot";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import { duration } from "../../exercises/runner/progress";
import type { Lab } from "../lab";
import type { WithLab } from "../main";
import { Directories } from "../reset/directories";
import { reset as run } from "../reset/reset";
import { scopeOf } from "../reset/scope";

/** The options of `reset`, as a command line has them. */
export interface ResetFlags {
  section?: string[];
  save?: string;
  from?: string;
  list?: boolean;
  remove?: string;
  yes?: boolean;
}

/** Adds what `reset` takes: the same wherever it is called. */
export function withResetOptions(command: Command): Command {
  return command
    .summary("back to the lesson's first minute: objects as declared, data as the lesson began (asks first)")
    .option("--section <name...>", "only these sections' objects and directories; the pods of others keep running")
    .option("--save <name>", "first keep the data of the static directories as a snapshot of this name")
    .option("--from <name>", 'put back the data of this snapshot (default: "lesson", or nothing where there is none)')
    .option("--list", "list the snapshots, and do nothing else")
    .option("--remove <name>", "remove a snapshot, and do nothing else")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      "\nSnapshots are copies of the course's directories on the NAS, out of every client's reach.\n" +
        "  reset --save lesson           what is there now is what the lesson begins with from now on\n" +
        "  reset --save group-a          keep what a group has, and begin anew\n" +
        "  reset --from group-a          give it back\n" +
        "  reset --save NAME --from NAME keep the data, and make the objects anew around it\n" +
        "Claims of a StorageClass come back empty; their class says what becomes of the old data. The snapshot lesson is of the whole course.\n" +
        "Sections are those of the course's config, such as staticPair or mysql.",
    );
}

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

/** What can be seen to be wrong before the lab is looked at. */
export function requireSense({ section, save, from, list, remove }: ResetFlags): void {
  const acts = section !== undefined || save !== undefined || from !== undefined;
  if ((list && remove !== undefined) || ((list || remove !== undefined) && acts))
    throw new WrongUse("--list and --remove go with no other option than --stack");
  const error = [save, from, remove].flatMap((name) => (name === undefined ? [] : (snapshotNameError(name) ?? [])))[0];
  if (error !== undefined) throw new WrongUse(error);
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
