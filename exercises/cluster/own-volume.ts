import type {
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PersistentVolumeClaimSpec,
  V1PersistentVolumeSpec,
} from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { eventAbout } from "./volume-phases";
import { ownedBy, ownName } from "./owned";
import type { NfsSource } from "./mounts";

/** How one of several volumes of an exercise differs from the others. */
export interface OwnOptions {
  /** Ends the volume's name and its class: a volume and a claim with the same suffix fit each other, and no other. */
  suffix?: string;
}

/**
 * Name of a volume that an exercise makes, and of its class. No StorageClass has this name unless the exercise makes it,
 * so nothing provisions for it, and nobody else's claim or volume can be bound to ours, not even while a volume's
 * claimRef is cleared.
 */
export function ownVolumeName(id: string, { suffix }: OwnOptions = {}): string {
  return suffix === undefined ? ownName(id) : `${ownName(id)}-${suffix}`;
}

/** A directory of the exercise's own below the course's export. It need not be there: only mounting would miss it. */
export function ownDirectory(id: string, share: NfsSource): NfsSource {
  return { ...share, path: `${share.path}/${ownName(id)}` };
}

const size = "64Mi";

/**
 * A volume like the course's static ones.
 * @param spec Its source, and what else differs from theirs.
 * @param options.claim The claim in the exercise's own namespace that it is kept for. @default none, so that any that fits may take it
 */
export function ownVolume(
  id: string,
  spec: V1PersistentVolumeSpec,
  options: OwnOptions & { claim?: string } = {},
): V1PersistentVolume {
  const name = ownVolumeName(id, options);
  const { claim } = options;
  return {
    metadata: { name, labels: ownedBy(id) },
    spec: {
      capacity: { storage: size },
      accessModes: ["ReadWriteMany"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: name,
      claimRef:
        claim === undefined
          ? undefined
          : { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: ownName(id), name: claim },
      ...spec,
    },
  };
}

/** A claim that fits {@link ownVolume}, in the exercise's own namespace. */
export function ownClaim(
  id: string,
  name: string,
  options: OwnOptions & { namespace?: string; spec?: V1PersistentVolumeClaimSpec } = {},
): V1PersistentVolumeClaim {
  return {
    metadata: { name, namespace: options.namespace ?? ownName(id), labels: ownedBy(id) },
    spec: {
      accessModes: ["ReadWriteMany"],
      resources: { requests: { storage: size } },
      storageClassName: ownVolumeName(id, options),
      ...options.spec,
    },
  };
}

/**
 * Waits until the volume controller has looked at a claim and found no volume for it, which it says in an event: before
 * that, Pending would mean nothing. Returns the controller's words.
 */
export async function controllerSaw(context: Context, claim: V1PersistentVolumeClaim): Promise<string> {
  return eventAbout(context, claim, ["FailedBinding", "ProvisioningFailed"]);
}
