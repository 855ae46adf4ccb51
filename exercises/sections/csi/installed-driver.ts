import type { V1CSIDriver, V1StatefulSet, V1StorageClass } from "@kubernetes/client-node";
import type { Context } from "../../runner/exercise";
import { Failure } from "../../runner/failure";

/** In `touches`: used by exercises that restart a node plugin, and by those that read its log. */
export const nodePlugins = "pods of the CSI node plugin";

/** The driver's own container in its pods; the others are sidecars. */
export const driverContainer = "nfs";

interface Installed {
  driver: V1CSIDriver;
  storageClass: V1StorageClass;
}

/** The CSI driver and its class; fails where the cluster lacks one of them. */
export async function installedDriver(context: Context): Promise<Installed> {
  const { csiDriver, csiClass } = context.settings;
  const driver = await context.cluster.find("CSIDriver", csiDriver);
  if (!driver) throw switchedOff(`CSIDriver ${csiDriver}`);
  const storageClass = await context.cluster.find("StorageClass", csiClass);
  if (!storageClass) throw switchedOff(`StorageClass ${csiClass}`);
  if (storageClass.provisioner === csiDriver) return { driver, storageClass };
  throw new Failure(`StorageClass ${csiClass} is of provisioner ${storageClass.provisioner}, not ${csiDriver}`);
}

/** The same; fails, too, where the cluster lacks the course's objects that use the driver. */
export async function installedSection(context: Context): Promise<Installed & { redis: V1StatefulSet }> {
  const installed = await installedDriver(context);
  const { courseNamespace, csiClaim, csiRedis } = context.settings;
  const claim = await context.cluster.find("PersistentVolumeClaim", csiClaim, courseNamespace);
  if (!claim) throw switchedOff(`PersistentVolumeClaim ${courseNamespace}/${csiClaim}`);
  const redis = await context.cluster.find("StatefulSet", csiRedis, courseNamespace);
  if (!redis) throw switchedOff(`StatefulSet ${courseNamespace}/${csiRedis}`);
  return { ...installed, redis };
}

function switchedOff(object: string): Failure {
  return new Failure(
    `not in this cluster: ${object}`,
    "set infrastructure.csi in the config of the infrastructure stack and sections.csi in that of the course, and bring both up; or name the exercises that fit this cluster with --only",
  );
}
