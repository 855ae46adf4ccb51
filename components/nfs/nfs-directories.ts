import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { onceCreated } from "../once-created";
import { required } from "../required";
import { belowExportError, exportPathError } from "./export-path";
import { type HostCheck, hostCheck, hostCheckScript } from "./host-check";
import { optionalModeError } from "./nfs-server";
import { ownerError, ownerOf } from "./owner";
import { remoteScript, type RemoteScriptArgs } from "./remote-script";
import { type SshConnection, sshFields, withoutKey } from "./ssh-connection";

export interface NfsDirectoriesArgs {
  /** The NFS server's host. */
  connection: SshConnection;
  /** The export that the directories lie in. Example: `/nfs`. */
  exportPath: pulumi.Input<string>;
  /** Their names below the export. Example: `["shiqi-redis", "class-a/student-1"]`. */
  names: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Who owns them: names or numbers, `user:group`. @default left alone: new ones are root's, and a container that made
   * one its own (as Redis's image does) keeps it
   */
  owner?: pulumi.Input<string>;
  /**
   * Their mode, in octal.
   * @default left alone: new ones get 0755, so that only their owner writes. For pods that write, name the user of their
   * containers as `owner`, or give a mode that lets it
   */
  mode?: pulumi.Input<string>;
  /**
   * Those of `names` that are taken over, with what is in them, although they were there before and this program did not
   * make them. What another stack made is never taken over. @default none: a directory that is there already is an error
   */
  adopt?: pulumi.Input<pulumi.Input<string>[]>;
  /** Raise it to set owner and mode again after a change by hand. @default 1 */
  generation?: pulumi.Input<number>;
  /**
   * What happens to the directories and their data when this is deleted: `keep` leaves them, registered for this component,
   * which has them again when it is made anew; `archive` renames each to `archived-<name>-<time>` next to it. Taking one
   * name off the list always keeps it. @default "keep"
   */
  onDelete?: "keep" | "archive";
}

/**
 * Directories below an export, all made by one command: what static volumes point to must be there before a pod mounts it.
 *
 * The host's `/var/lib/storage-lab/directories`, which only root reads, names project, stack and component of each. A
 * directory of another component, one that holds it or lies in it, and one that nobody registered are refused before
 * anything is changed. One that was moved elsewhere below the export comes back with its data when the script runs again.
 */
export class NfsDirectories extends pulumi.ComponentResource {
  /** Name → absolute path, once all are there. */
  readonly paths: pulumi.Output<Record<string, string>>;

  /** How to find out whether all are still there, with their owner and mode. */
  readonly check: pulumi.Output<HostCheck>;
  /** The text of that check: feed it to `bash -s -- check` as root on the host. */
  readonly checkScript: pulumi.Output<string>;
  /** The script's run on the host. */
  readonly script: command.remote.Command;

  constructor(name: string, args: NfsDirectoriesArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`NfsDirectories ${name}`, args, { connection: sshFields(args), exportPath: true, names: true });
    super("storage-lab:nfs:NfsDirectories", name, { ...args, connection: withoutKey(args.connection) }, opts);
    const exportPath = checked(this, `exportPath of NfsDirectories ${name}`, args.exportPath, exportPathError);
    const names = checked(this, `names of NfsDirectories ${name}`, args.names, (all) =>
      all.map(belowExportError).find((error) => error !== undefined),
    );
    const adopt = checked(this, `adopt of NfsDirectories ${name}`, args.adopt ?? [], (all) =>
      all.map(belowExportError).find((error) => error !== undefined),
    );
    const below = (folders: pulumi.Output<string[]>) =>
      pulumi.all([exportPath, folders]).apply(([root, all]) => all.map((each) => `${root}/${each}`));
    const paths = below(names);
    const run: RemoteScriptArgs = {
      connection: args.connection,
      script: "nfs-directories",
      onUpdate: "update",
      onDelete: args.onDelete === "archive" ? "archive" : undefined,
      values: {
        OWNER: ownerOf(name),
        EXPORT_PATH: exportPath,
        DIRECTORIES: paths,
        ADOPT: below(adopt),
        FILE_OWNER: checked(this, `owner of NfsDirectories ${name}`, args.owner ?? "", ownerError),
        MODE: checked(this, `mode of NfsDirectories ${name}`, args.mode ?? "", optionalModeError),
        GENERATION: args.generation ?? 1,
      },
    };
    this.script = remoteScript(`${name}-make`, run, { parent: this });
    this.paths = onceCreated(
      pulumi
        .all([names, paths])
        .apply(([all, absolute]) => Object.fromEntries(all.map((each, i) => [each, absolute[i] as string]))),
      this.script,
    );
    this.check = hostCheck(name, "The directories on the NAS are there, with their owner and mode", run, this.script);
    this.checkScript = this.check.apply(hostCheckScript);
    this.registerOutputs({ paths: this.paths });
  }
}
