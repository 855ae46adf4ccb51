import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import type { Kind } from "../../exercises/cluster/kinds";
import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../../exercises/runner/progress";
import { waitFor } from "../../exercises/runner/wait";
import { usesClaim } from "../probe/claim-health";
import { isDeclaredPod, titleOf, type DeclaredObject } from "../probe/declared";
import { reserve } from "./released-volume";

/** Notes the reclaim policy that a volume gets back once its claim is there again. */
export const POLICY_BEFORE = "storage-lab.example/reclaim-policy";

/** The policies that a volume is kept from. */
const GIVEN_UP = ["Delete", "Recycle"];

/** Longest wait for an object to be gone, in seconds: pods get half a minute to end, on busy nodes more. */
const goneSeconds = 150;

interface Target {
  kind: string;
  namespace?: string;
  name: string;
}

/**
 * Lets a deletion that somebody asked for come to its end, so that the object can be made again. Its data is kept: a claim's
 * volume stays and waits for the new claim, and a volume in use is made anew as it was, under its claim. Returns what was
 * done, in a line.
 */
export async function finishDeletion(
  cluster: Cluster,
  target: Target,
  declared: DeclaredObject[],
  step: Step,
): Promise<string | undefined> {
  switch (target.kind) {
    case "PersistentVolumeClaim":
      return finishClaim(cluster, target, declared, step);
    case "PersistentVolume":
      return renewVolume(cluster, target.name, step);
    default:
      await gone(cluster, target, step);
      return `${titleOf(target)} is deleted, and is made again`;
  }
}

async function finishClaim(
  cluster: Cluster,
  target: Target,
  declared: DeclaredObject[],
  step: Step,
): Promise<string | undefined> {
  const { name, namespace } = target;
  const claim = await cluster.find("PersistentVolumeClaim", name, namespace);
  if (!claim?.metadata?.deletionTimestamp) return undefined;
  const { volumeName = "" } = claim.spec ?? {};
  const found = volumeName === "" ? undefined : await cluster.find("PersistentVolume", volumeName);
  // One that another claim has is none of this one's.
  const volume = found?.spec?.claimRef?.uid === claim.metadata.uid ? found : undefined;
  const users = await usersOf(cluster, claim, declared);
  if (volume) await keep(cluster, volume);
  // Else it would go with its claim, and nothing would lead to its data any more.
  if (volume?.metadata?.deletionTimestamp) await renewVolume(cluster, volumeName, step);
  // Before the claim goes: a StatefulSet makes the next one at once, and its class would make another volume for it.
  if (volume) await reserve(cluster, volumeName);
  for (const pod of users) {
    await cluster.remove("Pod", pod.metadata?.name ?? "", namespace, pod.metadata?.uid);
  }
  await gone(cluster, target, step, claim.metadata.uid);
  return `${titleOf(target)} is deleted, and is made again${volume ? ` with its volume ${volumeName}` : ""}`;
}

/** With its claim such a volume would go, or be wiped. */
async function keep(cluster: Cluster, { metadata, spec }: V1PersistentVolume): Promise<void> {
  const policy = spec?.persistentVolumeReclaimPolicy;
  if (policy === undefined || policy === "Retain") return;
  await cluster.patch("PersistentVolume", metadata?.name ?? "", undefined, {
    metadata: { annotations: { [POLICY_BEFORE]: policy } },
    spec: { persistentVolumeReclaimPolicy: "Retain" },
  });
}

/** The stacks' pods that hold the claim; fails where one is somebody else's, because nobody would make that again. */
async function usersOf(
  cluster: Cluster,
  { metadata }: V1PersistentVolumeClaim,
  declared: DeclaredObject[],
): Promise<V1Pod[]> {
  const inNamespace = await cluster.list("Pod", { namespace: metadata?.namespace });
  const pods = inNamespace.filter((pod) => usesClaim(pod, metadata?.name));
  const foreign = pods.filter((pod) => !isDeclaredPod(pod, declared)).map((pod) => pod.metadata?.name);
  if (foreign.length === 0) return pods;
  throw new Failure(
    `PersistentVolumeClaim ${metadata?.namespace}/${metadata?.name} is being deleted, and pods that are not the stacks' use it: ${foreign.join(", ")}`,
    `Delete them: kubectl delete pod ${foreign.join(" ")} -n ${metadata?.namespace}`,
  );
}

/**
 * Gives volumes whose claim came back the reclaim policy that they had before. A volume that is declared has the stacks' by
 * now: what it had before was somebody's change by hand.
 */
export async function giveBackPolicies(cluster: Cluster, declared: DeclaredObject[]): Promise<void> {
  for (const { metadata, spec, status } of await cluster.list("PersistentVolume")) {
    const before = metadata?.annotations?.[POLICY_BEFORE];
    if (before === undefined || status?.phase !== "Bound") continue;
    const { name = "", namespace, uid } = spec?.claimRef ?? {};
    const claim = await cluster.find("PersistentVolumeClaim", name, namespace);
    // Another run may be about to let that claim go, which would take the data along.
    if (claim?.metadata?.uid !== uid || claim?.metadata?.deletionTimestamp) continue;
    const isDeclared = declared.some(({ kind, name: each }) => kind === "PersistentVolume" && each === metadata?.name);
    // Anything else is somebody's own text, which the API server would refuse.
    const givesBack = !isDeclared && GIVEN_UP.includes(before);
    await cluster.patch("PersistentVolume", metadata?.name ?? "", undefined, {
      metadata: { annotations: { [POLICY_BEFORE]: null } },
      ...(givesBack && { spec: { persistentVolumeReclaimPolicy: before } }),
    });
  }
}

/**
 * Makes a volume that is being deleted anew, as it was: its claim and the pods that use it do not notice. Its text stays in
 * this program meanwhile: what is kept in the cluster could be changed by those who may change the claim.
 */
async function renewVolume(cluster: Cluster, name: string, step: Step): Promise<string | undefined> {
  const volume = await cluster.find("PersistentVolume", name);
  if (!volume?.metadata?.deletionTimestamp) return undefined;
  const ref = volume.spec?.claimRef;
  const claim = ref?.name ? await cluster.find("PersistentVolumeClaim", ref.name, ref.namespace) : undefined;
  if (!claim || claim.metadata?.uid !== ref?.uid) {
    await gone(cluster, { kind: "PersistentVolume", name }, step);
    return `PersistentVolume ${name} is deleted, and is made again`;
  }
  await cluster.patch("PersistentVolume", name, undefined, { metadata: { finalizers: null } });
  await gone(cluster, { kind: "PersistentVolume", name }, step, volume.metadata.uid);
  await cluster.create("PersistentVolume", copyOf(volume));
  return `PersistentVolume ${name} is made again under its claim ${ref?.namespace}/${ref?.name}`;
}

/** What of a volume a new one is made from. */
function copyOf({ metadata, spec }: V1PersistentVolume): V1PersistentVolume {
  const { name, labels, annotations } = metadata ?? {};
  const claimRef = { ...spec?.claimRef, resourceVersion: undefined };
  return { metadata: { name, labels, annotations }, spec: { ...spec, claimRef } };
}

async function gone(cluster: Cluster, target: Target, step: Step, uid?: string): Promise<void> {
  const title = titleOf(target);
  step.waiting(`${title} to be gone`);
  const remedy = `See what holds it: kubectl get ${target.kind} ${target.name} -o yaml`;
  await waitFor(`${title} is being deleted`, { timeout: goneSeconds * 1000, interval: 500, remedy }, async () => {
    const live = await cluster.find(target.kind as Kind, target.name, target.namespace);
    // Another one of its name is of somebody who was faster.
    if (!live?.metadata?.deletionTimestamp || (uid !== undefined && live.metadata.uid !== uid))
      return { done: undefined };
    return { missing: `it is still there, held by ${live.metadata.finalizers?.join(", ") ?? "its pods"}` };
  });
}
