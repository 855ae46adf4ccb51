import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context } from "./exercise";
import type { NfsSource } from "./mounts";
import { ownedBy, ownName } from "./owned";

/**
 * The class of volumes and claims that exercises make. No StorageClass has this name, so nothing provisions for it, and
 * nobody else's claim or volume can be bound to ours, not even while a volume's claimRef is cleared.
 */
function className(id: string): string {
  return ownName(id);
}

const size = "64Mi";

/** A volume like the course's static ones, kept for the claim named in the exercise's own namespace. */
export function ownVolume(id: string, source: NfsSource, claim: string): V1PersistentVolume {
  return {
    metadata: { name: ownName(id), labels: ownedBy(id) },
    spec: {
      capacity: { storage: size },
      accessModes: ["ReadWriteMany"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: className(id),
      nfs: source,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: ownName(id), name: claim },
    },
  };
}

/** A claim that fits {@link ownVolume}, in the exercise's own namespace. */
export function ownClaim(id: string, name: string): V1PersistentVolumeClaim {
  return {
    metadata: { name, namespace: ownName(id), labels: ownedBy(id) },
    spec: {
      accessModes: ["ReadWriteMany"],
      resources: { requests: { storage: size } },
      storageClassName: className(id),
    },
  };
}

/**
 * Waits until the volume controller has looked at a claim and found no volume for it, which it says in an event: before
 * that, Pending would mean nothing.
 */
export async function controllerSaw(context: Context, claim: V1PersistentVolumeClaim): Promise<void> {
  const { namespace, name, uid } = claim.metadata ?? {};
  const fields = `involvedObject.uid=${uid}`;
  await context.until(
    `the volume controller to find nothing for claim ${namespace}/${name}`,
    { seconds: 40 },
    async () => {
      const events = await context.cluster.list("Event", { namespace, fields });
      return events.find(({ reason }) => reason === "FailedBinding" || reason === "ProvisioningFailed");
    },
  );
}
