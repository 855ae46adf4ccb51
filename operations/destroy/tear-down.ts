import type { V1PersistentVolume, V1StatefulSet } from "@kubernetes/client-node";
import { confirm } from "../../exercises/runner/run-program";
import type { Lab, Stack } from "../lab";
import { declaredObjects, makesClaim, type DeclaredObject } from "../probe/declared";
import { recoverStacks } from "../restore/recover-stacks";
import { requireUnused } from "./claims-in-use";
import { fateLine, whatGoes, type ClassFate } from "./what-goes";
import { explainUnreached } from "./unreached-host";
import { madeBy, sort, volumesGone } from "./volumes-gone";

export interface TearDownOptions {
  /** Destroy the infrastructure too: other courses may be on it. */
  infrastructure: boolean;
  /** The user agreed beforehand to the data that goes. */
  agreed: boolean;
}

/**
 * `pulumi destroy` of a lab's stacks, in the order that lets volumes go as their class says. Tells what becomes of the data
 * and asks, and refuses before anything is destroyed where claims of others would be left behind.
 */
export async function tearDown(lab: Lab, { infrastructure, agreed }: TearDownOptions): Promise<void> {
  const recovered = await recoverStacks(lab);
  const chosen = infrastructure ? lab.stacks : lab.stacks.slice(-1);
  const made = chosen.filter(({ state }) => state?.resources?.length);
  if (made.length === 0) {
    lab.progress.say("There are no stacks to destroy.");
    return;
  }
  const { fates, staying } = await lookAtClaims(lab, made);
  if (made.some(({ program }) => program === "infrastructure")) await requireUnused(lab.cluster, staying);
  for (const fate of fates) lab.progress.say(`· ${fateLine(fate)}`);
  if (made.some(({ program }) => program === "course"))
    lab.progress.say("· The data of static volumes stays, or is archived where onDelete says so");
  if (!agreed) await confirm(whatIsDestroyed(made, fates), "destroy", "Agree to it with --yes.");
  for (const stack of [...made].reverse()) {
    if (stack.program === "infrastructure") {
      await lab.progress.step("Volumes go or stay as their class says", (step) =>
        volumesGone(lab.cluster, lab.settings, step),
      );
    }
    const flags = recovered.includes(stack.name) ? ["--refresh"] : [];
    await lab.progress.step(`pulumi destroy: ${stack.name}`, async (step) => {
      try {
        await lab.pulumi.change(stack.name, "destroy", step, { flags });
      } catch (error) {
        throw explainUnreached(error, stack.name, stack.state);
      }
    });
  }
  lab.progress.say(`✓ Destroyed: ${made.map(({ name }) => name).join(", ")}. up makes it again.`);
  for (const fate of fates) lab.progress.say(`· ${fateLine(fate)}`);
}

/** The sentence that is agreed to. */
function whatIsDestroyed(stacks: Stack[], fates: ClassFate[]): string {
  const claims = fates.filter(({ fate }) => fate === "deleted").flatMap((fate) => fate.claims);
  const data = claims.length > 0 ? `, and deletes the data of ${claims.join(", ")} for good` : "";
  const names = stacks.map(({ name }) => name).join(" and ");
  return `This destroys ${names}, with all that is in the namespaces that were made by it${data}.`;
}

/** What becomes of the volumes whose claims go with the stacks, and those of the provisioner whose claims stay. */
async function lookAtClaims(
  { cluster, settings }: Lab,
  stacks: Stack[],
): Promise<{ fates: ClassFate[]; staying: V1PersistentVolume[] }> {
  const declared = stacks.flatMap(({ name, state }) => declaredObjects(name, state));
  const namespaces = declared.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  const [volumes, claims, classes] = await Promise.all([
    cluster.list("PersistentVolume"),
    cluster.list("PersistentVolumeClaim"),
    cluster.list("StorageClass"),
  ]);
  const goes = (namespace: string, claim: string) =>
    namespaces.includes(namespace) || declared.some((object) => takesAlong(object, namespace, claim));
  const provisioned = madeBy(settings, volumes);
  const { inUse } = sort(provisioned, claims);
  const staying = inUse.filter(({ spec }) => !goes(spec?.claimRef?.namespace ?? "", spec?.claimRef?.name ?? ""));
  // What other drivers delete they do not archive.
  const others = volumes.filter(
    (volume) => volume.spec?.persistentVolumeReclaimPolicy === "Delete" && !provisioned.includes(volume),
  );
  const fatesOfOthers = whatGoes(others, [], goes).map((fate) => ({ ...fate, fate: "deleted" as const }));
  return { fates: [...whatGoes(provisioned, classes, goes), ...fatesOfOthers], staying };
}

/** Whether a claim goes with a declared object: it is that, or of a StatefulSet's template that says so. */
function takesAlong(object: DeclaredObject, namespace: string, claim: string): boolean {
  if (object.namespace !== namespace) return false;
  if (object.kind === "PersistentVolumeClaim") return object.name === claim;
  const spec = object.inputs.spec as V1StatefulSet["spec"];
  return spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted === "Delete" && makesClaim(object, namespace, claim);
}
