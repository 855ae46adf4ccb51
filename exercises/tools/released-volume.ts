import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Cluster } from "../cluster/kubernetes-cluster";
import { Failure, WrongUse } from "../runner/failure";
import { poll } from "../runner/poll";
import { claimLine, volumeLine } from "../cluster/volumes";

/** What was found about a volume, and what can be done. */
export interface Finding {
  volume: V1PersistentVolume;
  /** What the user should know before anything is done. */
  lines: string[];
  /** Why there is nothing to repair, where the volume is in order. */
  inOrder?: string;
  /** Why it is not repaired, where that would be unsafe. */
  refused?: Failure;
}

/** Longest wait for the volume controller after a repair, in seconds: it looks at waiting claims every 15 s. */
const controllerSeconds = 40;

/**
 * Looks at a volume: its state, whose data it holds, and whether it may safely be made available to that owner again.
 * Fails with {@link WrongUse} when there is no such volume.
 */
export async function inspect(cluster: Cluster, name: string): Promise<Finding> {
  const volume = await cluster.find("PersistentVolume", name);
  if (!volume) {
    const released = (await cluster.list("PersistentVolume")).filter(({ status }) => status?.phase === "Released");
    const names = released.map(({ metadata }) => metadata?.name).join(", ");
    throw new WrongUse(`there is no volume ${name}`, names ? `Released volumes: ${names}` : "no volume is Released");
  }
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  const owner = claimRef?.name
    ? await cluster.find("PersistentVolumeClaim", claimRef.name, claimRef.namespace)
    : undefined;
  const lines = [
    `volume ${name}: ${volumeLine(volume)}, reclaim policy ${policy}`,
    `data:  ${placeOf(volume)}`,
    `of:    ${claimRef ? `claim ${claimRef.namespace}/${claimRef.name}, ${owner ? `which is ${claimLine(owner)}` : "which is not there"}` : "no claim"}`,
  ];
  return { volume, lines, inOrder: whyInOrder(volume), refused: whyRefused(volume, owner) };
}

/** Where a volume's data is. */
function placeOf({ spec }: V1PersistentVolume): string {
  if (spec?.nfs) return `${spec.nfs.server}:${spec.nfs.path}`;
  if (spec?.hostPath) return `hostPath ${spec.hostPath.path}, on whichever node the pod ran`;
  if (spec?.local) return `local ${spec.local.path}, on the node that its nodeAffinity names`;
  if (spec?.csi) return `${spec.csi.driver}: ${spec.csi.volumeHandle}`;
  return "not on NFS, hostPath, local or csi: run `kubectl get pv -o yaml`";
}

function whyInOrder({ status, spec }: V1PersistentVolume): string | undefined {
  if (status?.phase !== "Available") return undefined;
  const { claimRef } = spec ?? {};
  return claimRef
    ? `it is Available and reserved for claim ${claimRef.namespace}/${claimRef.name}: create that claim`
    : "it is Available, and the next matching claim gets it";
}

function whyRefused(volume: V1PersistentVolume, owner: V1PersistentVolumeClaim | undefined): Failure | undefined {
  const name = volume.metadata?.name ?? "";
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  const of = claimRef ? `${claimRef.namespace}/${claimRef.name}` : "";
  if (volume.metadata?.deletionTimestamp) {
    return new Failure(
      `the volume ${name} is being deleted`,
      `create a new one on the same directory; with policy Retain its data is kept`,
    );
  }
  if (volume.status?.phase === "Bound") {
    return new Failure(
      `the volume ${name} is Bound to ${of}: there is nothing to repair, and releasing it would take it from its pods`,
      `to release it, delete the claim first: kubectl delete pvc ${claimRef?.name} -n ${claimRef?.namespace}`,
    );
  }
  if (policy !== "Retain") {
    return new Failure(
      `the volume ${name} has reclaim policy ${policy}: it may be deleted at any moment, with its data`,
      `keep it first: kubectl patch pv ${name} -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
    );
  }
  const other = owner?.spec?.volumeName;
  if (other && other !== name) {
    return new Failure(
      `the claim ${of} exists again and has another volume, ${other}: ${name} would wait for it forever`,
      `check both before you decide which data ${of} should have; delete the claim if it should have the data of ${name}`,
    );
  }
  return undefined;
}

/**
 * Takes uid and resourceVersion off the claimRef, and no more: the volume stays reserved for a claim of the same name in
 * the same namespace. Fails when the volume was changed since it was inspected. Returns the volume once the controller
 * has dealt with it.
 */
export async function repair(cluster: Cluster, { volume }: Finding): Promise<V1PersistentVolume> {
  const { name = "", resourceVersion } = volume.metadata ?? {};
  await cluster.patch("PersistentVolume", name, undefined, {
    metadata: { resourceVersion },
    spec: { claimRef: { uid: null, resourceVersion: null } },
  });
  const { namespace, name: claimName = "" } = volume.spec?.claimRef ?? {};
  let last: V1PersistentVolume | undefined;
  const repaired = await poll({ seconds: controllerSeconds }, async () => {
    last = await cluster.find("PersistentVolume", name);
    const waits = await cluster.find("PersistentVolumeClaim", claimName, namespace);
    // Where a claim of that name waits already, Available is only half of the way.
    return last?.status?.phase === (waits ? "Bound" : "Available") ? last : undefined;
  });
  if (repaired) return repaired;
  throw new Failure(
    `the claimRef of ${name} is repaired, but after ${controllerSeconds} s the volume ${last ? `is ${volumeLine(last)}` : "is deleted"}`,
    `run \`kubectl describe pv ${name}\` and \`kubectl describe pvc ${claimName} -n ${namespace}\`: size, mode and class must match`,
  );
}
