import type { KubernetesObject, V1PersistentVolume } from "@kubernetes/client-node";
import type { ObjectInputs } from "../pulumi/deployment";
import { addedFields } from "./added-fields";
import { claimTrouble, volumeTrouble } from "./claim-health";
import type { ClusterView } from "./cluster-view";
import { titleOf, type DeclaredObject } from "./declared";
import { differences } from "./differences";
import { failed, passed, type Finding, type Trouble } from "./finding";
import { foreignFinalizers } from "./foreign-finalizers";
import { podTrouble } from "./pod-health";
import { daemonSetTrouble, deploymentTrouble, jobTrouble, serviceTrouble, statefulSetTrouble } from "./workload-health";

/** Judges each declared object: is it there, as the program wants it, and does it work? */
export function judge(view: ClusterView, declared: DeclaredObject[]): Promise<Finding[]> {
  return Promise.all(
    declared.map(async (object) => {
      const title = titleOf(object);
      const trouble = await troubleOf(view, object);
      return trouble ? failed(title, title, trouble) : passed(title, title);
    }),
  );
}

async function troubleOf(view: ClusterView, object: DeclaredObject): Promise<Trouble | undefined> {
  const live = view.object(object);
  const apply: Trouble["fix"] = { does: "apply", stack: object.stack };
  if (!live) return { reason: "it is not there", fix: apply };
  if (live.metadata?.deletionTimestamp) return deletionTrouble(live, object);
  const taken = object.kind === "PersistentVolume" ? takenVolume(object, live) : undefined;
  if (taken) return taken;
  const added = addedTrouble(object, live);
  // First: Pulumi would wait for pods that do not come up with it.
  if (added) return added;
  const changed = changes(object, live);
  if (changed.length > 0) return { reason: changed.join("; "), fix: apply, loss: lossOf(object, changed) };
  const trouble = await healthOf(view, object.kind, live);
  // Nobody but the program makes these again.
  const alone = object.kind === "Pod" || object.kind === "Job";
  const { fix, lastingAfter } = trouble ?? {};
  return trouble && alone && !fix && lastingAfter ? { ...trouble, fix: apply, fixAfter: lastingAfter } : trouble;
}

/** Somebody else's claim has the volume, or had it and left its data: nobody but a person may decide about these. */
function takenVolume({ name, inputs }: DeclaredObject, live: KubernetesObject): Trouble | undefined {
  const wanted = (inputs as V1PersistentVolume).spec?.claimRef;
  const { spec, status } = live as V1PersistentVolume;
  const found = spec?.claimRef;
  if (!wanted || !found?.name || (found.name === wanted.name && found.namespace === wanted.namespace)) return undefined;
  const claim = `${found.namespace}/${found.name}`;
  return {
    reason: `it is ${status?.phase} for the claim ${claim}, and not for ${wanted.namespace}/${wanted.name}`,
    remedy:
      `Find out whose data is in it. Then delete that claim (kubectl delete pvc ${found.name} -n ${found.namespace}), and ` +
      `give the volume back: kubectl patch pv ${name} --type=merge -p '{"spec":{"claimRef":null}}'`,
    lastingAfter: 0,
    blocks: true,
  };
}

function deletionTrouble(live: KubernetesObject, { kind, namespace, name }: DeclaredObject): Trouble {
  const { finalizers = [] } = live.metadata ?? {};
  const reason = `it is being deleted${finalizers.length > 0 ? `, and held by ${finalizers.join(", ")}` : ""}`;
  return foreignFinalizers(kind, live) ?? { reason, fix: { does: "finish-deletion", kind, namespace, name } };
}

function addedTrouble({ kind, namespace, name, inputs }: DeclaredObject, live: KubernetesObject): Trouble | undefined {
  if (kind !== "Deployment" && kind !== "StatefulSet") return undefined;
  const found = addedFields(inputs, live);
  if (!found) return undefined;
  return { reason: found.lines.join("; "), fix: { does: "remove-added", kind, namespace, name, patch: found.patch } };
}

/** Where the object is not as the program wants it; what is in a Secret is not told. */
function changes({ kind, inputs }: DeclaredObject, live: KubernetesObject): string[] {
  // The items of a list do not repeat what the list is of.
  const fields: Partial<ObjectInputs> = { ...inputs, apiVersion: undefined, kind: undefined, stringData: undefined };
  const texts = Object.entries((inputs.stringData ?? {}) as Record<string, string>);
  const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString("base64")] as const);
  const data = { ...(inputs.data as object | undefined), ...Object.fromEntries(encoded) };
  const wanted = kind === "Secret" ? { ...fields, data } : fields;
  const found = differences(wanted, live);
  return kind === "Secret" ? found.map((line) => line.replace(/^(data\.\S+) is .*/s, "$1 was changed")) : found;
}

/** A claim's spec does not change in place: it is made anew, and the volume that it has now may go with its data. */
function lossOf({ kind, namespace, name }: DeclaredObject, changed: string[]): string | undefined {
  if (kind !== "PersistentVolumeClaim" || !changed.some((line) => line.startsWith("spec."))) return undefined;
  return `the claim ${namespace}/${name} as it is now, with the data of its volume if its class deletes`;
}

/** Whether an object that is as it should be also works; undefined when it does, or there is nothing to see. */
export async function healthOf(view: ClusterView, kind: string, live: KubernetesObject): Promise<Trouble | undefined> {
  switch (kind) {
    case "StatefulSet":
      return statefulSetTrouble(view, live);
    case "Deployment":
      return deploymentTrouble(view, live);
    case "DaemonSet":
      return daemonSetTrouble(view, live);
    case "Job":
      return jobTrouble(view, live);
    case "Pod":
      return podTrouble(view, live);
    case "PersistentVolumeClaim":
      return claimTrouble(view, live);
    case "PersistentVolume":
      return volumeTrouble(live);
    case "Service":
      return serviceTrouble(view, live);
    default:
      return undefined;
  }
}
