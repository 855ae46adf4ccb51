import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import { claimLine, volumeLine } from "../../exercises/cluster/volumes";

/** What was found about a volume, and whether it can be repaired. */
export interface ReleasedVolume {
  volume: V1PersistentVolume;
  /** The claim that has the name of the one that it was of, if there is one. */
  owner?: V1PersistentVolumeClaim;
  /** What the user should know before the repair. */
  lines: string[];
  /** Why there is nothing to repair, if the volume is fine. */
  inOrder?: string;
  /** Why it is not repaired, if that would be unsafe. */
  refused?: Failure;
}

/** Longest wait for the volume controller after a repair, in seconds: it looks at waiting claims every 15 s. */
const controllerSeconds = 40;

/**
 * Inspects a volume: its state, whose data it has, and whether it can safely be made available to that owner again.
 * Fails with {@link WrongUse} if the volume does not exist.
 */
export async function inspect(cluster: Cluster, name: string): Promise<ReleasedVolume> {
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
  return { volume, owner, lines, inOrder: whyInOrder(volume), refused: whyRefused(volume, owner) };
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
 * Keeps a volume for the next claim of the name that its claim has.
 *
 * @param resourceVersion Fails where the volume is not of this version any more. @default it may be
 */
export async function reserve(cluster: Cluster, name: string, resourceVersion?: string): Promise<void> {
  await cluster.patch("PersistentVolume", name, undefined, {
    ...(resourceVersion !== undefined && { metadata: { resourceVersion } }),
    spec: { claimRef: { uid: null, resourceVersion: null } },
  });
}

/**
 * Removes only uid and resourceVersion from the claimRef: the volume stays reserved for a claim of the same name in the
 * same namespace. Fails if the volume was changed since it was inspected. Returns the volume once the controller has
 * processed it.
 */
export async function repair(cluster: Cluster, { volume }: ReleasedVolume): Promise<V1PersistentVolume> {
  const { name = "", resourceVersion } = volume.metadata ?? {};
  await reserve(cluster, name, resourceVersion);
  const { namespace, name: claimName = "" } = volume.spec?.claimRef ?? {};
  let last: V1PersistentVolume | undefined;
  const repaired = await poll({ seconds: controllerSeconds }, async () => {
    last = await cluster.find("PersistentVolume", name);
    const waits = await cluster.find("PersistentVolumeClaim", claimName, namespace);
    // If a claim of that name exists already, it must become Bound, too.
    return last?.status?.phase === (waits ? "Bound" : "Available") ? last : undefined;
  });
  if (repaired) return repaired;
  throw new Failure(
    `the claimRef of ${name} is repaired, but after ${controllerSeconds} s the volume ${last ? `is ${volumeLine(last)}` : "is deleted"}`,
    `run \`kubectl describe pv ${name}\` and \`kubectl describe pvc ${claimName} -n ${namespace}\`: size, mode and class must match`,
  );
}
