import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { ClusterView } from "./cluster-view";
import { SOON, type Trouble } from "./finding";

/** Why a claim has no volume; undefined when it has one, or need not have one yet. */
export async function claimTrouble(view: ClusterView, claim: V1PersistentVolumeClaim): Promise<Trouble | undefined> {
  const { namespace, name } = claim.metadata ?? {};
  const what = `PersistentVolumeClaim ${namespace}/${name}`;
  const { volumeName, storageClassName } = claim.spec ?? {};
  const volume = volumeName === undefined ? undefined : view.find("PersistentVolume", volumeName);
  const phase = claim.status?.phase;
  if (phase === "Lost" && volume && isReserved(volume, claim)) {
    return {
      reason: `${what} is Lost: its volume ${volumeName} is there and kept for it, and does not know that it has it`,
      lastingAfter: SOON,
      fix: { does: "bind-volume", volume: volumeName ?? "" },
    };
  }
  if (phase === "Lost" || (volumeName && !volume)) {
    return {
      reason: `${what} is ${phase}: its volume ${volumeName} is not there`,
      remedy: `Where its data is, the volume told; delete the claim to have a new one: kubectl delete pvc ${name} -n ${namespace}`,
      lastingAfter: SOON,
    };
  }
  if (volume?.metadata?.deletionTimestamp) {
    return {
      reason: `PersistentVolume ${volumeName} of ${what} is being deleted`,
      fix: { does: "finish-deletion", kind: "PersistentVolume", name: volumeName ?? "" },
    };
  }
  if (volume) {
    const taken = takenBy(volume, claim);
    if (taken) return taken;
    if (phase === "Bound") return undefined;
  }
  return waitingTrouble(view, claim, what, storageClassName);
}

/**
 * Whether the volume is the claim's by name and no claim's by uid, as one that was made again under its claim. The volume
 * controller takes such a claim for one of two that have the volume, and leaves it Lost.
 */
export function isReserved(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): boolean {
  const { metadata, spec } = volume;
  const isFree = spec?.claimRef?.uid === undefined && !metadata?.deletionTimestamp;
  return isFree && isKeptFor(volume, claim) && claim.spec?.volumeName === metadata?.name;
}

/** Whether the volume names a claim of this namespace and name. */
function isKeptFor({ spec }: V1PersistentVolume, { metadata }: V1PersistentVolumeClaim): boolean {
  return spec?.claimRef?.name === metadata?.name && spec?.claimRef?.namespace === metadata?.namespace;
}

/** Why this volume is not, or not any more, the claim's. */
function takenBy(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): Trouble | undefined {
  const name = volume.metadata?.name ?? "";
  const ref = volume.spec?.claimRef;
  const { namespace, name: claimName, uid } = claim.metadata ?? {};
  if (!ref?.name) return undefined;
  if (!isKeptFor(volume, claim)) {
    return {
      reason: `the volume ${name} of PersistentVolumeClaim ${namespace}/${claimName} is kept for ${ref.namespace}/${ref.name}`,
      remedy: `Delete that claim, and free the volume: repair-volume ${name}`,
      lastingAfter: SOON,
    };
  }
  if (ref.uid !== undefined && ref.uid !== uid) {
    return {
      reason: `PersistentVolumeClaim ${namespace}/${claimName} waits for the volume ${name}, which is ${volume.status?.phase}: it was of an earlier claim of that name`,
      remedy: `repair-volume ${name}`,
      lastingAfter: SOON,
      fix: { does: "free-volume", volume: name },
    };
  }
  return undefined;
}

async function waitingTrouble(
  view: ClusterView,
  claim: V1PersistentVolumeClaim,
  what: string,
  className: string | undefined,
): Promise<Trouble | undefined> {
  if (claim.status?.phase === "Bound") return undefined;
  const storageClass = className ? view.find("StorageClass", className) : undefined;
  const earlier = storageClass ? undefined : releasedBy(view, claim);
  if (earlier) return takenBy(earlier, claim);
  if (className && !storageClass && !reservedFor(view, claim)) {
    return {
      reason: `${what} is ${claim.status?.phase}: there is no StorageClass ${className}, and no volume of that class is free`,
      lastingAfter: SOON,
    };
  }
  // Such a claim waits until a pod uses it.
  if (storageClass?.volumeBindingMode === "WaitForFirstConsumer" && !usersOf(view, claim)) return undefined;
  const warning = await view.lastWarning(claim);
  return { reason: `${what} is ${claim.status?.phase ?? "Pending"}${warning ? `; ${warning}` : ""}` };
}

/** The volume of its class that an earlier claim of this name had, and that still has its data. */
function releasedBy(view: ClusterView, claim: V1PersistentVolumeClaim): V1PersistentVolume | undefined {
  const { storageClassName } = claim.spec ?? {};
  return view
    .all("PersistentVolume")
    .find(
      (volume) =>
        volume.status?.phase === "Released" &&
        volume.spec?.storageClassName === storageClassName &&
        isKeptFor(volume, claim),
    );
}

/** Whether a volume waits for this claim, by name or by class. */
function reservedFor(view: ClusterView, claim: V1PersistentVolumeClaim): boolean {
  return view.all("PersistentVolume").some((volume) => {
    const { spec, status } = volume;
    if (spec?.storageClassName !== claim.spec?.storageClassName) return false;
    return spec?.claimRef ? isKeptFor(volume, claim) : status?.phase === "Available";
  });
}

function usersOf(view: ClusterView, claim: V1PersistentVolumeClaim): boolean {
  return view.all("Pod", claim.metadata?.namespace).some((pod) => usesClaim(pod, claim.metadata?.name));
}

/** Whether a pod has the claim of this name, in its own namespace, among its volumes. */
export function usesClaim({ spec }: V1Pod, claim: string | undefined): boolean {
  return !!spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);
}

/** Why a volume that the stacks declare is not in use as it should be; undefined when it is. */
export function volumeTrouble(volume: V1PersistentVolume): Trouble | undefined {
  const { name = "" } = volume.metadata ?? {};
  const { phase } = volume.status ?? {};
  const ref = volume.spec?.claimRef;
  const claim = `${ref?.namespace}/${ref?.name}`;
  if (phase === "Released") {
    return {
      reason: `it is Released: its claim ${claim} was deleted`,
      remedy: `repair-volume ${name}`,
      lastingAfter: SOON,
      fix: { does: "free-volume", volume: name },
    };
  }
  if (phase === "Failed") {
    return {
      reason: `it is Failed: ${volume.status?.message ?? "no reason given"}`,
      remedy: `Look at: kubectl describe pv ${name}`,
      lastingAfter: SOON,
    };
  }
  return undefined;
}
