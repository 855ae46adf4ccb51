import type { Context, Exercise } from "../../runner/exercise";
import { showDeletedClaims } from "../../cluster/deleted-claims";
import { ownClass } from "../../cluster/own-class";
import { ownVolume } from "../../cluster/own-volume";
import { ownName } from "../../cluster/owned";
import { courseExport } from "../../cluster/volumes";

const id = "reclaim";

/** What deleting a claim does on the NAS, seen from a pod that mounts the export. */
export const reclaim: Exercise = {
  id,
  section: "classes",
  covers: ["reclaim", "recycle"],
  title: "Deleting a claim deletes, archives or keeps its directory, as its class says",
  proves:
    "the class decides what happens to the data, before anything is deleted; the policy Recycle is not an alternative",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    // The course's own directories may be on another export.
    const nas = context.settings.classExport ?? (await courseExport(context));
    const archives = await ownClass(context, { suffix: "archive" }, { parameters: { archiveOnDelete: "true" } });
    await showDeletedClaims(context, nas, [...context.settings.storageClasses, archives]);
    await showRecycle(context, nas);
  },
};

/** The old policy that erased a volume for the next claim, in a dry run on the API server. */
async function showRecycle(context: Context, nfs: { server: string; path: string }): Promise<void> {
  const recycled = ownVolume(id, { nfs, persistentVolumeReclaimPolicy: "Recycle" }, { suffix: "recycle" });
  const { refused, warnings } = await context.cluster.dryRun("PersistentVolume", recycled);
  context.saw(
    "Recycle, in a dry run",
    refused
      ? `refused: ${refused}`
      : `accepted${warnings.length > 0 ? `, with the warning: ${warnings.join("; ")}` : ""}`,
  );
  context.saw(
    "Recycle, in this lab",
    "refused by StaticVolume: the controller erases the volume as soon as its claim is deleted, even by mistake",
  );
}
