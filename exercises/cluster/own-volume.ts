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

/** Distinguishes several volumes of one exercise. */
export interface OwnOptions {
  /** Suffix of the names of volume and class: a volume and a claim with the same suffix match only each other. */
  suffix?: string;
}

/**
 * Name of a volume that an exercise creates, and of its class. No StorageClass has this name unless the exercise creates
 * it, so nothing is provisioned for it, and no other claim or volume can be bound to these, even while a claimRef is
 * cleared.
 */
export function ownVolumeName(id: string, { suffix }: OwnOptions = {}): string {
  return suffix === undefined ? ownName(id) : `${ownName(id)}-${suffix}`;
}

/** The exercise's own directory below the course's export. It is only needed if it is mounted. */
export function ownDirectory(id: string, share: NfsSource): NfsSource {
  return { ...share, path: `${share.path}/${ownName(id)}` };
}

const size = "64Mi";

/**
 * A volume like the course's static ones.
 * @param spec Its source, and other differences.
 * @param options.claim The claim in the exercise's own namespace that it is reserved for. @default any matching claim
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

/** A claim that matches {@link ownVolume}, in the exercise's own namespace. */
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
 * Waits for the event with which the volume controller reports that it found no volume for a claim: before that, Pending
 * proves nothing. Returns the event's text.
 */
export async function controllerSaw(context: Context, claim: V1PersistentVolumeClaim): Promise<string> {
  return eventAbout(context, claim, ["FailedBinding", "ProvisioningFailed"]);
}
