import type { V1PersistentVolume, V1StorageClass } from "@kubernetes/client-node";

/** What becomes of the data of one class's claims. */
export interface ClassFate {
  storageClass: string;
  fate: "deleted" | "archived" | "kept";
  /** The claims that have such volumes now. */
  claims: string[];
}

/**
 * What becomes of the volumes of a stack's claims once these are deleted, by class: the volume's own reclaim policy and the
 * parameters that its class has now decide; of a CSI volume those that its class had when it was made.
 *
 * @param goes Whether the claim of this namespace and name goes.
 */
export function whatGoes(
  volumes: V1PersistentVolume[],
  classes: V1StorageClass[],
  goes: (namespace: string, claim: string) => boolean,
): ClassFate[] {
  const fates = new Map<string, ClassFate>();
  for (const { spec } of volumes) {
    const ref = spec?.claimRef;
    const storageClass = spec?.storageClassName;
    if (!ref?.name || !ref.namespace || !storageClass || !goes(ref.namespace, ref.name)) continue;
    const parameters = classes.find(({ metadata }) => metadata?.name === storageClass)?.parameters;
    const deleted = () => (spec.csi ? csiFate(spec.csi.volumeHandle) : fateOf(parameters));
    const fate = spec.persistentVolumeReclaimPolicy === "Delete" ? deleted() : "kept";
    const key = `${storageClass} ${fate}`;
    const entry = fates.get(key) ?? { storageClass, fate, claims: [] };
    entry.claims.push(`${ref.namespace}/${ref.name}`);
    fates.set(key, entry);
  }
  return [...fates.values()].sort((one, other) => (one.storageClass < other.storageClass ? -1 : 1));
}

/** Upstream's parameters: `onDelete` first, then `archiveOnDelete`; without either the data is archived. */
function fateOf(parameters: Record<string, string> = {}): ClassFate["fate"] {
  if (parameters.onDelete === "delete") return "deleted";
  if (parameters.onDelete === "retain") return "kept";
  return parameters.archiveOnDelete === "false" ? "deleted" : "archived";
}

/** csi-driver-nfs notes a class's `onDelete` as the fifth part of the volume's id, where it is not `delete`. */
function csiFate(volumeHandle: string): ClassFate["fate"] {
  const onDelete = volumeHandle.split("#")[4]?.toLowerCase();
  if (onDelete === "retain") return "kept";
  return onDelete === "archive" ? "archived" : "deleted";
}

/** In a line: "nfs-client: the data of default/pvc-dynamic-example is deleted for good". */
export function fateLine({ storageClass, fate, claims }: ClassFate): string {
  const ends = { deleted: "is deleted, for good", archived: "is archived on the NAS", kept: "stays on the NAS" };
  return `${storageClass}: the data of ${claims.join(", ")} ${ends[fate]}`;
}
