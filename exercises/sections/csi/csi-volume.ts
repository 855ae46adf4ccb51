import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownClaim } from "../../cluster/own-volume";
import { ownName } from "../../cluster/owned";
import { claimInPhase, volumeInPhase } from "../../cluster/volume-phases";

/** The claim of an exercise's own namespace. */
export const claimName = "claim";

/** What a helper pod mounts. */
export const claimVolume = { persistentVolumeClaim: { claimName } };

/** Creates a claim of the driver's class in the exercise's own namespace. */
export function createCsiClaim(context: Context, size = "64Mi"): Promise<V1PersistentVolumeClaim> {
  const spec = { storageClassName: context.settings.csiClass, resources: { requests: { storage: size } } };
  return context.cluster.create("PersistentVolumeClaim", ownClaim(context.id, claimName, { spec }));
}

/** Waits until that claim is Bound, and returns its volume; fails if another program than the driver made it. */
export async function csiVolume(context: Context): Promise<V1PersistentVolume> {
  const { csiDriver } = context.settings;
  const claim = await claimInPhase(context, { namespace: ownName(context.id), name: claimName }, "Bound");
  const volume = await volumeInPhase(context, claim.spec?.volumeName ?? "", "Bound");
  if (volume.spec?.csi?.driver === csiDriver) return volume;
  const driver = volume.spec?.csi?.driver ?? "no CSI driver";
  throw new Failure(`the volume ${volume.metadata?.name} should be of driver ${csiDriver}, but is of ${driver}`);
}
