import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import type { Settings } from "../../exercises/runner/course-settings";
import type { Step } from "../../exercises/runner/progress";
import { waitFor } from "../../exercises/runner/wait";
import { requireUnused } from "./claims-in-use";

/**
 * Waits until the provisioners have dealt with every released volume that they must delete: they have to be there for that,
 * so this comes before the infrastructure goes. A volume that a claim still uses is an error, because nobody said that its
 * data may go.
 *
 * @param provisioners Whose volumes are meant.
 */
export async function volumesGone(cluster: Cluster, provisioners: Provisioners, step: Step): Promise<void> {
  const options = {
    timeout: 180_000,
    interval: 1000,
    remedy:
      "A claim stays as long as a pod uses it: kubectl get pvc,pods --all-namespaces\n" +
      "Their provisioner has to run: kubectl get pods --all-namespaces --selector='app in (nfs-client-provisioner, csi-nfs-controller)'",
  };
  await waitFor("Deletion of released volumes", options, async () => {
    const [volumes, claims] = await Promise.all([
      cluster.list("PersistentVolume"),
      cluster.list("PersistentVolumeClaim"),
    ]);
    const { inUse, leaving } = sort(madeBy(provisioners, volumes), claims);
    await requireUnused(cluster, inUse);
    if (leaving.length === 0) return { done: true };
    const names = leaving.map(({ metadata }) => metadata?.name).join(", ");
    step.waiting(names);
    return { missing: `still there: ${names}` };
  });
}

/** What the infrastructure's provisioners call themselves. */
export type Provisioners = Pick<Settings, "provisioners">;

/** The volumes that the infrastructure's provisioners have made. */
export function madeBy({ provisioners }: Provisioners, volumes: V1PersistentVolume[]): V1PersistentVolume[] {
  return volumes.filter(({ metadata }) =>
    provisioners.includes(metadata?.annotations?.["pv.kubernetes.io/provisioned-by"] ?? ""),
  );
}

/**
 * Of these volumes: those that a claim uses, and those that are on their way out, or whose claim is. The claim decides,
 * not the volume's phase, which says Bound for some time after its claim has gone.
 */
export function sort(
  volumes: V1PersistentVolume[],
  claims: V1PersistentVolumeClaim[],
): { inUse: V1PersistentVolume[]; leaving: V1PersistentVolume[] } {
  const claimed = new Map(claims.map(({ metadata }) => [metadata?.uid, metadata?.deletionTimestamp === undefined]));
  const stays = ({ spec }: V1PersistentVolume): boolean | undefined => claimed.get(spec?.claimRef?.uid ?? "");
  return {
    inUse: volumes.filter((volume) => stays(volume) === true),
    leaving: volumes.filter((volume) =>
      volume.spec?.persistentVolumeReclaimPolicy === "Delete" ? stays(volume) !== true : stays(volume) === false,
    ),
  };
}
