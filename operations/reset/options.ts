import type { Command } from "commander";
import { snapshotNameError } from "../../components/nfs/nfs-snapshot";
import { WrongUse } from "../../exercises/runner/failure";

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
    .summary(
      "back to the lesson's first minute: objects as the last up declared them, data as the lesson began (asks first)",
    )
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

/** What can be seen to be wrong before the lab is looked at. */
export function requireSense({ section, save, from, list, remove }: ResetFlags): void {
  const acts = section !== undefined || save !== undefined || from !== undefined;
  if ((list && remove !== undefined) || ((list || remove !== undefined) && acts))
    throw new WrongUse("--list and --remove go with no other option than --stack");
  const error = [save, from, remove].flatMap((name) => (name === undefined ? [] : (snapshotNameError(name) ?? [])))[0];
  if (error !== undefined) throw new WrongUse(error);
}
