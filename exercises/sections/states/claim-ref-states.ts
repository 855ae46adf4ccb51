import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { controllerSaw, ownClaim, ownDirectory, ownVolume, ownVolumeName } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, gone, volumeInPhase } from "../../cluster/volume-phases";
import { claimLine, courseExport, volumeLine } from "../../cluster/volumes";

const id = "claim-ref-states";

/** The claim that a volume was reserved for, and one that only matches by class, size and mode. */
const owner = "owner";
const foreign = "foreign";

/** The three states of a claimRef, each on a volume with an owner's data, with a foreign claim that is Pending. */
export const claimRefStates: Exercise = {
  id,
  section: "states",
  covers: ["claim-ref-states"],
  title: "A complete claimRef, one without uid, and none: which claim gets the volume in each case",
  proves:
    "without uid a volume stays reserved for its owner; without claimRef the next matching claim gets it, with the data",
  readOnly: false,
  timeoutSeconds: 240,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    await exerciseNamespace(context);
    await Promise.all([whole(context), withoutUid(context), without(context)]);
  },
};

/** Complete: no claim gets it, not even a new one with the owner's name. */
async function whole(context: Context): Promise<void> {
  const suffix = "whole";
  await released(context, suffix);
  const again = await createClaim(context, suffix, owner);
  const words = await controllerSaw(context, again);
  const found = await claimInPhase(context, claimOf(suffix, owner), "Pending");
  const volume = await volumeInPhase(context, ownVolumeName(id, { suffix }), "Released");
  context.saw("complete: the owner's claim created again", `${claimLine(found)}; ${words}`);
  context.saw("complete: volume", `${volumeLine(volume)}: it waits for that uid, which no new claim can have`);
}

/** Name without uid: it is reserved for a claim of that name. The risk: whoever can create one gets it. */
async function withoutUid(context: Context): Promise<void> {
  const suffix = "no-uid";
  const waiting = await released(context, suffix);
  await context.cluster.patch("PersistentVolume", ownVolumeName(id, { suffix }), undefined, {
    spec: { claimRef: { uid: null, resourceVersion: null } },
  });
  const volume = await volumeInPhase(context, ownVolumeName(id, { suffix }), "Available");
  context.saw("no-uid: volume", `${volumeLine(volume)}: reserved for that name`);
  await createClaim(context, suffix, owner);
  await mustHave(context, suffix, owner);
  context.saw("no-uid: the foreign claim", claimLine(await mustWait(context, waiting)));
}

/** None: the first matching claim gets it, and the owner's later claim does not. */
async function without(context: Context): Promise<void> {
  const suffix = "gone";
  await released(context, suffix);
  await context.cluster.patch("PersistentVolume", ownVolumeName(id, { suffix }), undefined, {
    spec: { claimRef: null },
  });
  await mustHave(context, suffix, foreign);
  const late = await createClaim(context, suffix, owner);
  context.saw("none: the owner's later claim", await controllerSaw(context, late));
}

/** Creates a volume whose owner's claim was deleted, and a foreign claim that is Pending. Returns the latter. */
async function released(context: Context, suffix: string): Promise<V1PersistentVolumeClaim> {
  const { cluster } = context;
  const nas = await courseExport(context);
  const nfs = ownDirectory(id, nas);
  const name = ownVolumeName(id, { suffix });
  await cluster.create("PersistentVolume", ownVolume(id, { nfs }, { suffix, claim: claimOf(suffix, owner).name }));
  await createClaim(context, suffix, owner);
  const claim = claimOf(suffix, owner);
  await claimInPhase(context, claim, "Bound");
  const waiting = await createClaim(context, suffix, foreign);
  await controllerSaw(context, waiting);
  await cluster.remove("PersistentVolumeClaim", claim.name, claim.namespace);
  await gone(context, "PersistentVolumeClaim", claim.name, claim.namespace);
  await volumeInPhase(context, name, "Released");
  await mustWait(context, waiting);
  return waiting;
}

/** Names differ between the three volumes, because they are tested concurrently in one namespace. */
function claimOf(suffix: string, who: string): { namespace: string; name: string } {
  return { namespace: ownName(id), name: `${who}-${suffix}` };
}

async function createClaim(context: Context, suffix: string, who: string): Promise<V1PersistentVolumeClaim> {
  return context.cluster.create("PersistentVolumeClaim", ownClaim(id, claimOf(suffix, who).name, { suffix }));
}

async function mustHave(context: Context, suffix: string, who: string): Promise<void> {
  const claim = await claimInPhase(context, claimOf(suffix, who), "Bound");
  const volume: V1PersistentVolume = await volumeInPhase(context, ownVolumeName(id, { suffix }), "Bound");
  if (volume.spec?.claimRef?.uid !== claim.metadata?.uid) {
    throw new Failure(`${claim.metadata?.name} should have the volume, but it is ${volumeLine(volume)}`);
  }
  context.saw(`${suffix}: ${who} has the volume`, volumeLine(volume));
}

async function mustWait(context: Context, { metadata }: V1PersistentVolumeClaim): Promise<V1PersistentVolumeClaim> {
  const claim = await context.cluster.find("PersistentVolumeClaim", metadata?.name ?? "", metadata?.namespace);
  if (claim?.status?.phase === "Pending" && !claim.spec?.volumeName) return claim;
  throw new Failure(`the claim ${metadata?.name} should be Pending, but it is ${claim ? claimLine(claim) : "deleted"}`);
}
