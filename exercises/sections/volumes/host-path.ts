import type { V1PersistentVolume } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { showForeignClaim } from "../../cluster/foreign-claim";
import { controllerSaw, ownClaim } from "../../cluster/own-volume";
import { ownName } from "../../cluster/owned";
import { claimInPhase } from "../../cluster/volume-phases";
import { claimLine, showPair } from "../../cluster/volumes";

const id = "host-path";

/** The course's two volumes on a node's own disk, and claims that do not get them. */
export const hostPath: Exercise = {
  id,
  section: "volumes",
  covers: ["host-path"],
  title: "hostPath volumes, one reserved by claimRef and one matched by class, are Bound",
  proves:
    "a claim that names a volume does not get it either, if the volume is bound to another claim or reserved for one",
  readOnly: false,
  timeoutSeconds: 120,
  touches: (settings) => [
    `PersistentVolumeClaim ${settings.hostPathNamespace}/${settings.hostPathClaim}`,
    `PersistentVolumeClaim ${settings.hostPathNamespace}/${settings.hostPathUnreservedClaim}`,
    `Namespace ${ownName(id)}`,
  ],
  async run(context) {
    const { hostPathNamespace, hostPathClaim, hostPathVolume, ...settings } = context.settings;
    await showPair(context, hostPathNamespace, hostPathClaim, hostPathVolume, hostPathOf);
    const { hostPathUnreservedClaim, hostPathUnreservedVolume } = settings;
    await showPair(context, hostPathNamespace, hostPathUnreservedClaim, hostPathUnreservedVolume, hostPathOf);
    // Never mounted, so no directory is created on a node.
    await showForeignClaim(context, {
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: `/mnt/${ownName(id)}`, type: "DirectoryOrCreate" },
    });
    await askByName(context, hostPathVolume);
  },
};

function hostPathOf({ metadata, spec }: V1PersistentVolume): string {
  if (!spec?.hostPath) throw new Failure(`the volume ${metadata?.name} is not on a node's own disk`);
  return `hostPath ${spec.hostPath.path} (${spec.hostPath.type || "type not checked"})`;
}

/** A claim that names the course's volume, which is bound to another claim. */
async function askByName(context: Context, volumeName: string): Promise<void> {
  const volume = await context.cluster.find("PersistentVolume", volumeName);
  const { accessModes, storageClassName = "", capacity = {} } = volume?.spec ?? {};
  const spec = {
    volumeName,
    accessModes,
    storageClassName,
    resources: { requests: { storage: capacity.storage ?? "" } },
  };
  const claim = await context.cluster.create("PersistentVolumeClaim", ownClaim(id, "by-name", { spec }));
  context.saw(`a foreign claim that names ${volumeName}`, await controllerSaw(context, claim));
  const found = await claimInPhase(context, { namespace: ownName(id), name: "by-name" }, "Pending");
  context.saw("its phase", claimLine(found));
}
