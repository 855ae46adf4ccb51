import type { V1StorageClass } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { type OwnOptions, ownVolumeName } from "./own-volume";
import { ownedBy } from "./owned";

/**
 * Makes a class of the course's provisioner for the exercise alone, and returns its name. What it provisions goes with
 * its claim, directory and all, so that the exercise leaves nothing behind.
 * @param more What differs from such a class.
 */
export async function ownClass(
  context: Context,
  options: OwnOptions = {},
  more: Partial<V1StorageClass> = {},
): Promise<string> {
  const name = ownVolumeName(context.id, options);
  await context.cluster.create("StorageClass", {
    ...more,
    metadata: { ...more.metadata, name, labels: ownedBy(context.id) },
    provisioner: context.settings.provisionerName,
    reclaimPolicy: "Delete",
    // Upstream's name for it; without the parameter, the directory would be kept under another name.
    parameters: { archiveOnDelete: "false", ...more.parameters },
  });
  return name;
}
