import { belowExportError, mountPathError } from "../nfs/export-path";
import { modeError } from "../nfs/nfs-server";
import type { OnDelete } from "./deletion-effect";

/** Name of upstream's driver, csi-driver-nfs. */
export const CSI_NFS_DRIVER = "nfs.csi.k8s.io";

const VOLUME = "${pv.metadata.name}";
const NAMESPACE = "${pvc.metadata.namespace}";
const CLAIM = "${pvc.metadata.name}";
const ON_DELETE: OnDelete[] = ["delete", "archive", "retain"];
const VARIABLES = [NAMESPACE, CLAIM, VOLUME];

/** Why the driver cannot mount this share; `undefined` when it can. */
export function shareError(share: string): string | undefined {
  // The parts of a volume's handle, of which the share is one, are joined by it.
  if (share.includes("#"))
    return `"${share}" has a "#" in it, at which the driver would cut it off: name another folder`;
  return mountPathError(share);
}

/** Why this is not what the driver sets a directory's mode to; `undefined` when it is. `0` leaves the mode as it is. */
export function mountPermissionsError(mode: string): string | undefined {
  return mode === "0" ? undefined : modeError(mode);
}

/**
 * Why the driver must not be given this `subDir`; `undefined` when it is safe: a path below the share, with no variables but
 * those that the driver fills in. What they stand for has no `/` in it and does not lead elsewhere.
 */
export function subDirError(subDir: string): string | undefined {
  const filled = VARIABLES.reduce((text, variable) => text.replaceAll(variable, "x"), subDir);
  if (/[${}]/.test(filled)) return `"${subDir}" has a variable that is none: ${VARIABLES.join(", ")} are`;
  return belowExportError(filled)?.replace(filled, () => subDir);
}

/** What decides about the directory of a volume whose claim is deleted. */
export interface CsiDeletionRules {
  onDelete: OnDelete;
  /** @default none: a directory of the volume's name */
  subDir?: string;
}

/** Why volumes with such directories must not be deleted so; `undefined` when they can be. */
export function csiDeletionError({ onDelete, subDir }: CsiDeletionRules): string | undefined {
  if (!ON_DELETE.includes(onDelete)) return `onDelete "${onDelete}" is none of ${ON_DELETE.join(", ")}`;
  if (onDelete === "retain" || subDir === undefined) return undefined;
  const otherwise = `leave subDir out, put ${VOLUME} in it, or take onDelete "retain"`;
  if (directoryOf(subDir) === "several claims") {
    const verb = onDelete === "delete" ? "deletes" : "renames";
    return (
      `subDir "${subDir}" can give several claims the same directory, and onDelete "${onDelete}" ${verb} it with ` +
      `everybody's data as soon as one of them is deleted: ${otherwise}`
    );
  }
  if (onDelete === "archive" && directoryOf(subDir) === "one claim") {
    return (
      `subDir "${subDir}" gives every claim of a name the same directory, and the driver cannot archive it a second time: ` +
      `the volume stays until somebody removes the first archive. So ${otherwise}`
    );
  }
  return undefined;
}

/**
 * Whether classes with these directories, as `subDir` or as `pathPattern`, can give one claim's directory to another, or one
 * inside the other: deleting the outer one deletes both. A volume's name is taken for one that nothing else has.
 */
export function directoriesMeet(one: string, other: string): boolean {
  const [a, b] = [one.split("/"), other.split("/")];
  const shorter = a.length <= b.length ? a : b;
  return shorter.every((_, depth) => partsMeet(a[depth] ?? "", b[depth] ?? ""));
}

const FILLED_IN = /\$\{[^}]*\}/;

/** Whether two parts of paths can come out the same. */
function partsMeet(one: string, other: string): boolean {
  if (one.includes(VOLUME) || other.includes(VOLUME)) return false;
  const [a, b] = [one.split(FILLED_IN), other.split(FILLED_IN)];
  if (a.length === 1 && b.length === 1) return one === other;
  const begins = [a.at(0) ?? "", b.at(0) ?? ""] as const;
  const ends = [a.at(-1) ?? "", b.at(-1) ?? ""] as const;
  const either = (pair: readonly [string, string], fits: (long: string, short: string) => boolean) =>
    fits(pair[0], pair[1]) || fits(pair[1], pair[0]);
  return either(begins, (long, short) => long.startsWith(short)) && either(ends, (long, short) => long.endsWith(short));
}

/** Who gets a directory of this `subDir`: one volume alone, one claim whenever it is made again, or several claims. */
export function directoryOf(subDir: string): "one volume" | "one claim" | "several claims" {
  if (subDir.includes(VOLUME)) return "one volume";
  if (!subDir.includes(NAMESPACE) || !subDir.includes(CLAIM)) return "several claims";
  const [, between = ""] = subDir.split(/\$\{pvc\.metadata\.(?:name|namespace)\}/);
  // A namespace has none of these in it, so the two cannot run into each other; "a-b" + "c" and "a" + "b-c" would.
  return /[._/]/.test(between) ? "one claim" : "several claims";
}
