import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { controllerSaw, ownClaim, ownDirectory, ownVolume, ownVolumeName } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, volumeInPhase } from "../../cluster/volume-phases";
import { claimLine, courseExport, volumeLine } from "../../cluster/volumes";

const id = "claim-ref-names";

/** A claimRef before the volume is bound: a missing claim, one bound to another volume, another namespace. */
export const claimRefNames: Exercise = {
  id,
  section: "states",
  covers: ["claim-ref-missing", "claim-ref-namespace"],
  title: "A claimRef that names a missing claim, a claim bound to another volume, or another namespace after a change",
  proves:
    "such a volume stays Available, and its claimRef can be changed until it is bound: after that, the controller restores it",
  readOnly: false,
  timeoutSeconds: 240,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    await exerciseNamespace(context);
    await Promise.all([nobody(context), boundElsewhere(context), otherNamespace(context), changedWhileBound(context)]);
  },
};

async function nobody(context: Context): Promise<void> {
  await createVolume(context, "nobody", "nobody");
  const volume = await volumeInPhase(context, ownVolumeName(id, { suffix: "nobody" }), "Available");
  context.saw("names a claim that does not exist", volumeLine(volume));
}

/** Two volumes name one claim: it gets only one of them, and the other stays Available. */
async function boundElsewhere(context: Context): Promise<void> {
  const name = "elsewhere";
  await createVolume(context, "first", name);
  await createClaim(context, "first", name);
  const claim = await claimInPhase(context, { namespace: ownName(id), name }, "Bound");
  await createVolume(context, "second", name);
  const second = await volumeInPhase(context, ownVolumeName(id, { suffix: "second" }), "Available");
  context.saw("names a claim that is bound to another volume", `${volumeLine(second)}; claim: ${claimLine(claim)}`);
}

/** As the course does: the namespace in the manifest is changed, and the manifest applied again. */
async function otherNamespace(context: Context): Promise<void> {
  const suffix = "moved";
  const name = ownVolumeName(id, { suffix });
  const namespace = context.settings.exampleNamespace;
  // In another namespace than the exercise's own, the claim's name identifies the exercise.
  const claim = { namespace, name };
  await createVolume(context, suffix, name);
  await volumeInPhase(context, name, "Available");
  await context.cluster.patch("PersistentVolume", name, undefined, { spec: { claimRef: { namespace } } });
  context.saw(`changed to namespace ${namespace}`, volumeLine(await volumeInPhase(context, name, "Available")));
  const before = await createClaim(context, suffix, name);
  context.saw(`the claim in ${ownName(id)}`, await controllerSaw(context, before));
  await context.cluster.create("PersistentVolumeClaim", ownClaim(id, name, { suffix, namespace }));
  context.saw(`the claim in ${namespace}`, claimLine(await claimInPhase(context, claim, "Bound")));
}

/**
 * Once the volume is bound, the API server still accepts the change, but the controller restores the claimRef when it checks
 * the claim again. In between the volume is Released, and reclaim policy Delete would delete the data.
 */
async function changedWhileBound(context: Context): Promise<void> {
  const { cluster, settings } = context;
  const suffix = "bound";
  const name = ownVolumeName(id, { suffix });
  await createVolume(context, suffix, suffix);
  await createClaim(context, suffix, suffix);
  await volumeInPhase(context, name, "Bound");
  await claimInPhase(context, { namespace: ownName(id), name: suffix }, "Bound");
  await cluster.patch("PersistentVolume", name, undefined, {
    spec: { claimRef: { namespace: settings.exampleNamespace } },
  });
  const phases: string[] = [];
  let last = "gone";
  const options = { seconds: 60, interval: 200, missing: () => `it is ${last}` };
  await context.until(`the controller to restore the claimRef of ${name}`, options, async () => {
    const volume = await cluster.find("PersistentVolume", name);
    const phase = volume?.status?.phase ?? "Pending";
    if (phases.at(-1) !== phase) phases.push(phase);
    last = volume ? volumeLine(volume) : "gone";
    return phase === "Bound" && volume?.spec?.claimRef?.namespace === ownName(id) ? true : undefined;
  });
  context.saw("changed while Bound", `${phases.join(" → ")}, and at the end ${last}`);
}

async function createVolume(context: Context, suffix: string, claim: string): Promise<void> {
  const nas = await courseExport(context);
  const nfs = ownDirectory(id, nas);
  await context.cluster.create("PersistentVolume", ownVolume(id, { nfs }, { suffix, claim }));
}

async function createClaim(context: Context, suffix: string, name: string): Promise<V1PersistentVolumeClaim> {
  return context.cluster.create("PersistentVolumeClaim", ownClaim(id, name, { suffix }));
}
