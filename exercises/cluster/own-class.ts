import type { V1StorageClass } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { type OwnOptions, ownVolumeName } from "./own-volume";
import { ownedBy } from "./owned";

/**
 * Creates a class of the course's provisioner for the exercise, and returns its name. Its volumes are deleted with their
 * claims, including the directory, so that the exercise leaves nothing behind.
 * @param more Differences from such a class.
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
    // Without this parameter of upstream's, the directory would be archived.
    parameters: { archiveOnDelete: "false", ...more.parameters },
  });
  return name;
}
