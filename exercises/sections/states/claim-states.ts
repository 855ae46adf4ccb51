import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { controllerSaw, ownClaim, ownVolume, ownVolumeName } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, eventAbout, gone, volumeInPhase } from "../../cluster/volume-phases";
import { endPod, startHelper } from "../../cluster/pods";
import { claimLine, courseExport, volumeLine } from "../../cluster/volumes";

const id = "claim-states";

/** Every phase of a claim, and the state that only `kubectl` shows: Terminating. */
export const claimStates: Exercise = {
  id,
  section: "states",
  covers: ["claim-states"],
  title: "A claim is Pending, Bound, Lost when its volume was deleted, and Terminating while a pod uses it",
  proves: "a claim still exists after its volume was deleted, and is not deleted while a pod uses it",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    await exerciseNamespace(context);
    await Promise.all([pending(context), lost(context), terminating(context)]);
  },
};

async function pending(context: Context): Promise<void> {
  const claim = await context.cluster.create("PersistentVolumeClaim", ownClaim(id, "pending", { suffix: "nowhere" }));
  context.saw("Pending: no volume fits", await controllerSaw(context, claim));
  await claimInPhase(context, { namespace: ownName(id), name: "pending" }, "Pending");
}

/** Its bound volume is deleted, which requires removing the finalizer that protects it. */
async function lost(context: Context): Promise<void> {
  const { cluster } = context;
  const name = await bound(context, "lost");
  await cluster.remove("PersistentVolume", name);
  const kept = await cluster.find("PersistentVolume", name);
  if (!kept?.metadata?.deletionTimestamp) {
    throw new Failure(
      `the bound volume ${name} should be marked for deletion and kept, but it is ${kept ? "not marked" : "deleted"}`,
    );
  }
  context.saw("Lost: a bound volume, deleted", `kept by ${kept.metadata.finalizers?.join(", ")}`);
  await cluster.patch("PersistentVolume", name, undefined, { metadata: { finalizers: null } });
  await gone(context, "PersistentVolume", name);
  const claim = await claimInPhase(context, { namespace: ownName(id), name: "lost" }, "Lost");
  context.saw("Lost: finalizer removed", claimLine(claim));
  context.saw("Lost: the controller's event", await eventAbout(context, claim, ["ClaimLost"]));
}

/** A claim that is deleted while a pod uses it is kept until the pod ends. */
async function terminating(context: Context): Promise<void> {
  const { cluster } = context;
  const namespace = ownName(id);
  const name = await bound(context, "used");
  await startHelper(context, {
    name: "user",
    namespace,
    readOnly: true,
    volume: { persistentVolumeClaim: { claimName: "used" } },
  });
  await cluster.remove("PersistentVolumeClaim", "used", namespace);
  const kept = await cluster.find("PersistentVolumeClaim", "used", namespace);
  if (!kept?.metadata?.deletionTimestamp) {
    throw new Failure(
      `the claim ${namespace}/used, in use by a pod, should be Terminating, but it is ${kept ? claimLine(kept) : "gone"}`,
    );
  }
  context.saw(
    "Terminating: deleted while a pod uses it",
    `${kept.status?.phase}, deletionTimestamp set, kept by ${kept.metadata.finalizers?.join(", ")}`,
  );
  await endPod(context, namespace, "user");
  await gone(context, "PersistentVolumeClaim", "used", namespace);
  context.saw(
    "Terminating: the pod ended",
    `claim deleted, volume ${volumeLine(await volumeInPhase(context, name, "Released"))}`,
  );
}

/** Creates a volume and a claim that are bound to each other. Returns the volume's name. The volume is the export itself, which exists. */
async function bound(context: Context, suffix: string): Promise<string> {
  const { cluster } = context;
  const nfs = await courseExport(context);
  await cluster.create("PersistentVolume", ownVolume(id, { nfs }, { suffix, claim: suffix }));
  await cluster.create("PersistentVolumeClaim", ownClaim(id, suffix, { suffix }));
  const claim = await claimInPhase(context, { namespace: ownName(id), name: suffix }, "Bound");
  if (suffix === "lost") context.saw("Bound", claimLine(claim));
  return ownVolumeName(id, { suffix });
}
