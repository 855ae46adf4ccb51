import type { HostCheck } from "./host-check";
import { renderScript, type ScriptName } from "./script-text";

/** The snapshot of a course's directories as the lesson begins with them; the only one that `save` replaces. */
export const LESSON_SNAPSHOT = "lesson";

/**
 * What to do with an owner's directories or its snapshots of them.
 *
 * - `save` copies the directories into a new snapshot, with owners, modes, times, extended attributes and hard links.
 * - `restore` makes what is in the directories what the snapshot has; later files go. The directories stay the same ones.
 * - `empty` removes all that is in the directories.
 * - `list` prints the snapshots: see `snapshotsIn`.
 * - `remove` deletes a snapshot.
 *
 * Each may be run again after it was cut off. What reads or writes the directories must be stopped meanwhile.
 */
export type SnapshotAction = "save" | "restore" | "empty" | "list" | "remove";

export interface SnapshotArgs {
  /** The check that the directories' component hands out (`NfsDirectories.check`): whose they are, and where. */
  check: Pick<HostCheck, "script" | "values">;
  /** Those of its directories that are meant, as names below the export. @default all */
  directories?: readonly string[];
  /** The snapshot's name: needed to save, restore and remove. */
  snapshot?: string;
}

/** A snapshot, as `list` prints it. */
export interface Snapshot {
  name: string;
  /** When it was saved, in ISO 8601, UTC. */
  savedAt: string;
  /** What its directories took up when it was saved. */
  bytes: number;
  /** The directories, as names below the export; one that lies in another one is not named. */
  directories: string[];
}

/** The script that keeps copies of directories which this one has made. */
const SNAPSHOTS_OF: Partial<Record<ScriptName, ScriptName>> = {
  "nfs-directories": "nfs-snapshot",
  "export-directories": "export-snapshot",
};

/**
 * The text to feed to `bash -s -- ACTION` as root on the directories' host. Its exit code is 0 when it is done; otherwise
 * standard error says why not.
 *
 * @throws Error when a name cannot be a snapshot's, or is none of the component's directories.
 */
export function snapshotScript(action: SnapshotAction, { check, directories, snapshot = "" }: SnapshotArgs): string {
  const { OWNER, EXPORT_PATH, DIRECTORIES } = check.values;
  const script = SNAPSHOTS_OF[check.script];
  if (script === undefined || typeof OWNER !== "string" || !Array.isArray(DIRECTORIES)) {
    throw new Error("This is not the check of an NfsDirectories.");
  }
  const error = action === "list" || action === "empty" ? undefined : snapshotNameError(snapshot);
  if (error !== undefined) throw new Error(error);
  const chosen = directories?.map((name) => `${String(EXPORT_PATH)}/${name}`) ?? (DIRECTORIES as string[]);
  const unknown = chosen.find((path) => !DIRECTORIES.includes(path));
  if (unknown !== undefined) throw new Error(`${unknown} is none of its directories: ${DIRECTORIES.join(", ")}`);
  return renderScript(script, {
    OWNER,
    EXPORT_PATH: String(EXPORT_PATH),
    DIRECTORIES: chosen,
    SNAPSHOT: snapshot,
    REPLACE: snapshot === LESSON_SNAPSHOT,
  });
}

/** Why this cannot be a snapshot's name; `undefined` when it can. */
export function snapshotNameError(name: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)
    ? undefined
    : `"${name}" is not a name for a snapshot: letters, digits, "_", "." and "-", beginning with a letter or digit`;
}

/** The snapshots that `list` has printed. */
export function snapshotsIn(stdout: string): Snapshot[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", savedAt = "", bytes = "", directories = ""] = line.split("\t");
      return { name, savedAt, bytes: Number(bytes), directories: directories.split(" ") };
    });
}
