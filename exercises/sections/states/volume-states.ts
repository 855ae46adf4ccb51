import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownClaim, ownDirectory, ownVolume, ownVolumeName } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, volumeInPhase } from "../../cluster/volume-phases";
import { courseExport, volumeLine } from "../../cluster/volumes";

const id = "volume-states";

/** Every phase of a volume. Nothing is mounted, so the volumes' directories are not needed. */
export const volumeStates: Exercise = {
  id,
  section: "states",
  covers: ["volume-states"],
  title: "A volume is Available, Bound, Released, and Failed while no plugin can delete it",
  proves:
    "a volume goes through these states in order; with reclaim policy Delete and no plugin that can delete, it is Failed, and the controller tries again",
  readOnly: false,
  timeoutSeconds: 180,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const directory = ownDirectory(id, await courseExport(context));
    await exerciseNamespace(context);
    await Promise.all([live(context, "kept", "Retain", directory), live(context, "deleted", "Delete", directory)]);
  },
};

/** The phases of a volume with one reclaim policy, until its claim is deleted. */
async function live(
  context: Context,
  suffix: string,
  policy: "Retain" | "Delete",
  nfs: { server: string; path: string },
): Promise<void> {
  const { cluster } = context;
  const namespace = ownName(id);
  const name = ownVolumeName(id, { suffix });
  const saw = (what: string, value: string): void => context.saw(`${policy}: ${what}`, value);

  await cluster.create("PersistentVolume", ownVolume(id, { nfs, persistentVolumeReclaimPolicy: policy }, { suffix }));
  saw("created", volumeLine(await volumeInPhase(context, name, "Available")));
  await cluster.create("PersistentVolumeClaim", ownClaim(id, suffix, { suffix }));
  await claimInPhase(context, { namespace, name: suffix }, "Bound");
  saw("claimed", volumeLine(await volumeInPhase(context, name, "Bound")));
  await cluster.remove("PersistentVolumeClaim", suffix, namespace);
  const last = await volumeInPhase(context, name, policy === "Retain" ? "Released" : "Failed");
  saw("claim deleted", volumeLine(last));
  if (policy === "Retain") return;
  const words = last.status?.message;
  if (!words) throw new Failure(`the volume ${name} is Failed without a message`);
  saw("the controller's message", words);
}
