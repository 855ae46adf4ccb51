import type { V1StorageClass } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { showDeletedClaims } from "../../cluster/deleted-claims";
import type { NfsSource } from "../../cluster/mounts";
import { ownVolumeName } from "../../cluster/own-volume";
import { ownedBy, ownName } from "../../cluster/owned";
import { installedDriver } from "./installed-driver";

const id = "csi-reclaim";

/** What the driver's own parameter decides about a deleted claim's directory. */
export const csiReclaim: Exercise = {
  id,
  section: "csi",
  covers: ["csi-reclaim"],
  title: "The CSI driver deletes, keeps or archives a deleted claim's directory, as onDelete says",
  proves:
    "with reclaimPolicy Delete the volume goes each time; what becomes of the data is the driver's parameter onDelete",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const { storageClass } = await installedDriver(context);
    const nas = shareOf(storageClass);
    const classes = ["delete", "retain", "archive"].map((onDelete) => createClass(context, storageClass, onDelete));
    await showDeletedClaims(context, nas, await Promise.all(classes));
  },
};

/** A class like the driver's, but for what it does with the directories, and for their names, by which they are found. */
async function createClass(context: Context, like: V1StorageClass, onDelete: string): Promise<string> {
  const name = ownVolumeName(id, { suffix: onDelete });
  const subDir = "${pvc.metadata.namespace}-${pvc.metadata.name}-${pv.metadata.name}";
  await context.cluster.create("StorageClass", {
    metadata: { name, labels: ownedBy(id) },
    provisioner: like.provisioner,
    reclaimPolicy: "Delete",
    parameters: { ...like.parameters, subDir, onDelete },
    mountOptions: like.mountOptions,
  });
  return name;
}

function shareOf({ metadata, parameters }: V1StorageClass): NfsSource {
  const { server, share } = parameters ?? {};
  if (server && share) return { server, path: share };
  throw new Failure(
    `StorageClass ${metadata?.name} has no parameters server and share`,
    `run \`kubectl get storageclass ${metadata?.name} -o yaml\``,
  );
}
