import type { V1StatefulSet } from "@kubernetes/client-node";
import { confirm } from "../../exercises/runner/run-program";
import type { Lab, Stack } from "../lab";
import { declaredObjects, type DeclaredObject } from "../probe/declared";
import { recoverStacks } from "../restore/recover-stacks";
import { fateLine, whatGoes, type ClassFate } from "./what-goes";
import { madeBy, volumesGone } from "./volumes-gone";

/** `pulumi destroy` of a lab's stacks, in the order that lets volumes go as their class says; asks for the data that goes. */
export async function tearDown(lab: Lab, agreed: boolean): Promise<void> {
  const recovered = await recoverStacks(lab);
  const made = lab.stacks.filter(({ state }) => state?.resources?.length);
  if (made.length === 0) {
    lab.progress.say("There are no stacks to destroy.");
    return;
  }
  const fates = await fatesOf(lab, made);
  for (const fate of fates) lab.progress.say(`· ${fateLine(fate)}`);
  if (made.some(({ program }) => program === "course"))
    lab.progress.say("· The data of static volumes stays, or is archived where onDelete says so");
  const deleted = fates.filter(({ fate }) => fate === "deleted");
  if (deleted.length > 0 && !agreed) {
    const claims = deleted.flatMap((fate) => fate.claims);
    await confirm(`This deletes the data of ${claims.join(", ")} for good.`, "destroy", "Agree to it with --yes.");
  }
  for (const stack of [...made].reverse()) {
    if (stack.program === "infrastructure") {
      await lab.progress.step("Volumes go or stay as their class says", (step) =>
        volumesGone(lab.cluster, lab.settings.provisionerName, step),
      );
    }
    const flags = recovered.includes(stack.name) ? ["--refresh"] : [];
    await lab.progress.step(`pulumi destroy: ${stack.name}`, (step) =>
      lab.pulumi.change(stack.name, "destroy", step, flags),
    );
  }
  lab.progress.say("✓ The stacks are destroyed. up makes them again.");
  for (const fate of fates) lab.progress.say(`· ${fateLine(fate)}`);
}

async function fatesOf({ cluster, settings }: Lab, stacks: Stack[]): Promise<ClassFate[]> {
  const declared = stacks.flatMap(({ name, state }) => declaredObjects(name, state));
  const namespaces = declared.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  const [volumes, classes] = await Promise.all([cluster.list("PersistentVolume"), cluster.list("StorageClass")]);
  const goes = (namespace: string, claim: string) =>
    namespaces.includes(namespace) || declared.some((object) => takesAlong(object, namespace, claim));
  return whatGoes(madeBy(settings.provisionerName, volumes), classes, goes);
}

/** Whether a claim goes with a declared object: it is that, or of a StatefulSet's template that says so. */
function takesAlong(object: DeclaredObject, namespace: string, claim: string): boolean {
  if (object.namespace !== namespace) return false;
  if (object.kind === "PersistentVolumeClaim") return object.name === claim;
  const spec = object.inputs.spec as V1StatefulSet["spec"];
  if (object.kind !== "StatefulSet" || spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted !== "Delete")
    return false;
  return (spec.volumeClaimTemplates ?? []).some(({ metadata }) =>
    claim.startsWith(`${metadata?.name}-${object.name}-`),
  );
}
