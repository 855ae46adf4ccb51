import type { V1PersistentVolumeClaim, V1PersistentVolumeSpec } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";
import { controllerSaw, ownClaim, ownVolume, ownVolumeName } from "./own-volume";
import { exerciseNamespace } from "./owned";
import { claimInPhase } from "./volume-phases";
import { checkPair, claimLine, volumeLine } from "./volumes";

/**
 * Two identical claims, one of which is named by a volume: the other is created first, and still does not get the volume.
 * @param spec The volume's source, and what else differs from the course's static volumes.
 */
export async function showForeignClaim(context: Context, spec: V1PersistentVolumeSpec): Promise<void> {
  const { cluster, id } = context;
  const namespace = await exerciseNamespace(context);
  const name = ownVolumeName(id);
  const like = { spec: { accessModes: spec.accessModes ?? ["ReadWriteMany"] } };
  await cluster.create("PersistentVolume", ownVolume(id, spec, { claim: "named" }));
  const foreign = await cluster.create("PersistentVolumeClaim", ownClaim(id, "foreign", like));
  await controllerSaw(context, foreign);
  const untouched = await cluster.find("PersistentVolume", name);
  const refused = await readClaim(context, namespace, "foreign");
  context.saw("a foreign claim of the same size", claimLine(refused));
  context.saw("the volume, reserved for the claim `named`", untouched ? volumeLine(untouched) : "gone");
  mustBePending(refused);

  await cluster.create("PersistentVolumeClaim", ownClaim(id, "named", like));
  const named = await claimInPhase(context, { namespace, name: "named" }, "Bound");
  const taken = checkPair(named, await cluster.find("PersistentVolume", name));
  context.saw("the claim that the volume names", claimLine(taken.claim));
  const still = await readClaim(context, namespace, "foreign");
  context.saw("the foreign claim then", claimLine(still));
  mustBePending(still);
}

async function readClaim(context: Context, namespace: string, name: string): Promise<V1PersistentVolumeClaim> {
  const claim = await context.cluster.find("PersistentVolumeClaim", name, namespace);
  if (!claim) throw new Failure(`the claim ${namespace}/${name} was deleted while the exercise ran`);
  return claim;
}

function mustBePending(claim: V1PersistentVolumeClaim): void {
  if (claim.status?.phase === "Pending" && !claim.spec?.volumeName) return;
  throw new Failure(
    `a claim that the volume's claimRef does not name should stay Pending, but it is ${claimLine(claim)}`,
  );
}
