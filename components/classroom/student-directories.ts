import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { exportPathError } from "../nfs/export-path";
import { type HostCheck, hostCheck, hostCheckScript } from "../nfs/host-check";
import { ownerOf } from "../nfs/owner";
import { remoteScript, type RemoteScriptArgs } from "../nfs/remote-script";
import { renderScript } from "../nfs/script-text";
import { type SshConnection, sshFields, withoutKey } from "../nfs/ssh-connection";
import { dnsLabelError } from "../object-name";
import { onceCreated } from "../once-created";
import { required } from "../required";
import { sizeInBytes, sizeError } from "../storage/quantity";
import { OWN_VOLUMES, REDIS_VOLUME } from "./class-names";

/** A student's directory, and how much it may hold. */
export interface StudentDirectory {
  /** The student's namespace, and the directory's name. Example: `school-zhang-wei`. */
  namespace: pulumi.Input<string>;
  /**
   * Who owns what is in it: a number that no user of the NAS and no other student has, also of another class on this NAS or
   * one who left. The project of its quota has this number too.
   */
  uid: pulumi.Input<number>;
  /** The most that it may hold, all volumes together. Example: `1Gi`. */
  capacity: pulumi.Input<string>;
  /** The most files and directories that it may hold. @default 20000 */
  inodes?: pulumi.Input<number>;
}

/**
 * - `required`: an error where the export is not on XFS with project quotas in force;
 * - `if possible`: goes on there, with a warning;
 * - `off`: nothing is limited, and limits that are there stay.
 */
export type QuotaMode = "required" | "if possible" | "off";

export interface StudentDirectoriesArgs {
  /** The NFS server's host. */
  connection: SshConnection;
  /** The export that the class's folder lies in. Example: `/nfs`. */
  exportPath: pulumi.Input<string>;
  /** The class, and with it its folder's name below the export. Example: `school`. */
  className: pulumi.Input<string>;
  /** All students. One who is taken off the list keeps the directory and its limit. */
  students: pulumi.Input<pulumi.Input<StudentDirectory>[]>;
  /** What each has a directory for, its own alone. @default ["redis", "own-1", "own-2", "own-3"] */
  volumes?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether every directory gets its limit. @default "if possible" */
  quota?: pulumi.Input<QuotaMode>;
  /** Whether the class's folder is taken over when it is there and nobody's. @default false: it is an error */
  adopt?: pulumi.Input<boolean>;
  /** Raise it to look at all again after a change by hand. @default 1 */
  generation?: pulumi.Input<number>;
  /** What happens to the class's folder when this is deleted: `archive` renames it to `archived-<class>-<time>`. @default "keep" */
  onDelete?: "keep" | "archive";
}

/** The volumes of a student when none are named. */
export const STUDENT_VOLUMES = [REDIS_VOLUME, ...OWN_VOLUMES];
/** The folder of a student's dynamic claims. */
const CLAIMS = "claims";
const DEFAULT_INODES = 20_000;

/**
 * The directories of a class's students, all made by one run of one script:
 *
 * ```
 * <export>/<class>/<namespace>            root's, 0755, with a project quota
 * <export>/<class>/<namespace>/<volume>   the student's uid's, 0700
 * <export>/<class>/<namespace>/claims     root's, 0755: where a CSI driver makes directories for claims
 * ```
 *
 * Students mount what is below their directory and never the directory itself: who can write a folder can put a symbolic link
 * in it, which the path of the next mount would follow.
 *
 * The quota is XFS's, of the project whose number is the uid, and holds root too. It is set before anything is put in.
 */
export class StudentDirectories extends pulumi.ComponentResource {
  /** The class's folder, once all directories are there. */
  readonly path: pulumi.Output<string>;

  /** How to find out whether all are still so: owners, modes, limits. */
  readonly check: pulumi.Output<HostCheck>;
  /** The text of that check: feed it to `bash -s -- check` as root on the host. */
  readonly checkScript: pulumi.Output<string>;
  /** The script's run on the host. */
  readonly script: command.remote.Command;

  constructor(name: string, args: StudentDirectoriesArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`StudentDirectories ${name}`, args, {
      connection: sshFields(args),
      exportPath: true,
      className: true,
      students: true,
    });
    super("storage-lab:classroom:StudentDirectories", name, { ...args, connection: withoutKey(args.connection) }, opts);
    const what = (argument: string) => `${argument} of StudentDirectories ${name}`;
    const exportPath = checked(this, what("exportPath"), args.exportPath, exportPathError);
    const className = checked(this, what("className"), args.className, (text) => dnsLabelError(text));
    const students = checked(this, what("students"), args.students, studentsError);
    const path = pulumi.interpolate`${exportPath}/${className}`;
    const each = (text: (student: pulumi.Unwrap<StudentDirectory>) => string) => students.apply((all) => all.map(text));
    const run: RemoteScriptArgs = {
      connection: args.connection,
      script: "student-directories",
      onUpdate: "update",
      onDelete: args.onDelete === "archive" ? "archive" : undefined,
      values: {
        OWNER: ownerOf(name),
        EXPORT_PATH: exportPath,
        DIRECTORIES: path.apply((known) => [known]),
        ADOPT: pulumi.all([path, args.adopt ?? false]).apply(([known, adopt]) => (adopt ? [known] : [])),
        FILE_OWNER: "0:0",
        MODE: "0755",
        STUDENTS: each(({ namespace }) => namespace),
        UIDS: each(({ uid }) => String(uid)),
        BYTES: each(({ capacity }) => String(sizeInBytes(capacity))),
        INODES: each(({ inodes }) => String(inodes ?? DEFAULT_INODES)),
        VOLUMES: checked(this, what("volumes"), args.volumes ?? STUDENT_VOLUMES, volumesError),
        QUOTA: checked(this, what("quota"), args.quota ?? "if possible", quotaError),
        GENERATION: args.generation ?? 1,
      },
    };
    this.script = remoteScript(`${name}-make`, run, { parent: this });
    this.path = onceCreated(path, this.script);
    this.check = hostCheck(
      name,
      "The students' directories on the NAS are there, with their owners, modes and limits",
      run,
      this.script,
    );
    this.checkScript = this.check.apply(hostCheckScript);
    this.registerOutputs({ path: this.path });
  }
}

/** Everything that is wrong with the students, so that a roster is mended once. */
function studentsError(students: pulumi.Unwrap<StudentDirectory>[]): string | undefined {
  const errors: string[] = [];
  const namespaces = new Set<string>();
  const holder = new Map<number, string>();
  for (const { namespace, uid, capacity, inodes = DEFAULT_INODES } of students) {
    const error = dnsLabelError(namespace) ?? sizeError(capacity);
    if (error !== undefined) errors.push(`${namespace}: ${error}`);
    if (namespaces.has(namespace)) errors.push(`${namespace} is there twice`);
    namespaces.add(namespace);
    if (!Number.isInteger(uid) || uid < 1000 || uid > 2 ** 31 - 1) {
      errors.push(`${namespace}: ${uid} is no uid for a student: take a whole number from 1000, such as 20001`);
    }
    if (holder.has(uid)) errors.push(`${namespace} has the uid ${uid} of ${holder.get(uid)}`);
    holder.set(uid, namespace);
    // The directories themselves count.
    if (!Number.isInteger(inodes) || inodes < 16) {
      errors.push(`${namespace}: inodes is ${inodes}, which leaves no room for files: take at least 16`);
    }
  }
  return errors.length === 0 ? undefined : errors.join("; ");
}

function volumesError(volumes: string[]): string | undefined {
  const twice = volumes.find((volume, index) => volumes.indexOf(volume) !== index);
  if (twice !== undefined) return `"${twice}" is there twice`;
  if (volumes.includes(CLAIMS)) return `"${CLAIMS}" is where dynamic claims are: use another name`;
  return volumes.map((volume) => dnsLabelError(volume)).find((error) => error !== undefined);
}

function quotaError(quota: string): string | undefined {
  return ["required", "if possible", "off"].includes(quota)
    ? undefined
    : `"${quota}" is none of: required, if possible, off`;
}

/**
 * - `usage` prints what each student's directory holds: see `studentUsage`.
 * - `archive-student` moves what is in one student's directory to `<export>/<class>/.archived`, where only root of the NAS
 *   reads it and no quota counts it, and makes the directory anew, with its limit.
 * - `wipe-student` deletes it instead.
 *
 * What has the student's directory mounted must be stopped before. Each may be run again after it was cut off.
 */
export type StudentDirectoriesAction = "usage" | "archive-student" | "wipe-student";

/**
 * The text to feed to `bash -s -- ACTION` as root on the NAS. Its exit code is 0 when it is done; otherwise standard error
 * says why not.
 *
 * @param check What `StudentDirectories.check` hands out.
 * @param student The namespace of the one whose directory is made anew. @default none, as `usage` needs it
 * @throws Error when the check is of something else, or the student is not in it.
 */
export function studentDirectoriesScript(
  action: StudentDirectoriesAction,
  check: Pick<HostCheck, "script" | "values">,
  student?: string,
): string {
  const { STUDENTS } = check.values;
  if (check.script !== "student-directories" || !Array.isArray(STUDENTS)) {
    throw new Error("This is not the check of a StudentDirectories.");
  }
  if (action !== "usage" && !STUDENTS.includes(student ?? "")) {
    throw new Error(`${student ?? "No student"} is none of its students.`);
  }
  return renderScript(check.script, { ...check.values, STUDENT: student ?? "" });
}

/** What `usage` has printed. Bytes; `null` where nothing counts. */
export interface StudentUsage {
  class: {
    /** The class's folder. */
    class: string;
    /** What limits its students: nothing where the export is not on XFS with project quotas. */
    quota: "xfs" | "none";
    /** Of the file system that the export is on. */
    size: number;
    free: number;
    inodes: number;
    freeInodes: number;
    /** Addresses of the NAS other than those of its own use, for whoever keeps pods away from all of them. */
    addresses: string[];
  };
  students: {
    namespace: string;
    bytes: number | null;
    limit: number | null;
    inodes: number | null;
    inodeLimit: number | null;
  }[];
}

export function studentUsage(stdout: string): StudentUsage {
  const [first = "{}", ...lines] = stdout.split("\n").filter((line) => line.startsWith("{"));
  return {
    class: JSON.parse(first) as StudentUsage["class"],
    students: lines.map((line) => JSON.parse(line) as StudentUsage["students"][number]),
  };
}
