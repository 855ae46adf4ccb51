import type {
  KubernetesObject,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Pod,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { isReady } from "../../exercises/cluster/pods";
import { claimTrouble } from "./claim-health";
import type { ClusterView } from "./cluster-view";
import { SOON, type Trouble } from "./finding";
import { podTrouble, replacement } from "./pod-health";

/** Why a StatefulSet does not have all its pods, of its newest template and Ready; undefined when it has. */
export async function statefulSetTrouble(view: ClusterView, set: V1StatefulSet): Promise<Trouble | undefined> {
  const { replicas = 1 } = set.spec ?? {};
  const { updateRevision, observedGeneration = 0 } = set.status ?? {};
  const pods = podsOf(view, set);
  const claims = await templateClaimTrouble(view, set, replicas);
  if (claims) return claims;
  const isCurrent = (pod: V1Pod) => pod.metadata?.labels?.["controller-revision-hash"] === updateRevision;
  const isSeen = observedGeneration >= (set.metadata?.generation ?? 0);
  if (isSeen && pods.filter((pod) => isReady(pod) && isCurrent(pod)).length === replicas) return undefined;
  const lost = lostPod(view, set, replicas);
  if (lost) return lost;
  // Of a template that its controller has not seen yet there is no revision, and no pod is of an earlier one.
  const knows = isSeen && updateRevision !== undefined;
  const stuck = knows && pods.find((pod) => !isReady(pod) && !isCurrent(pod) && !pod.metadata?.deletionTimestamp);
  if (stuck) {
    return {
      reason: `Pod ${stuck.metadata?.namespace}/${stuck.metadata?.name} is of an earlier template and not Ready, and the StatefulSet waits for it`,
      remedy: `kubectl delete pod ${stuck.metadata?.name} -n ${stuck.metadata?.namespace}`,
      fix: replacement(stuck),
    };
  }
  return podsTrouble(view, pods, replicas, () => view.lastWarning(set));
}

/** A pod that the StatefulSet made and does not know any more, because somebody took its labels: its name is taken. */
function lostPod(view: ClusterView, set: V1StatefulSet, replicas: number): Trouble | undefined {
  const { name, namespace } = set.metadata ?? {};
  for (let index = 0; index < replicas; index++) {
    const pod = view.find("Pod", `${name}-${index}`, namespace);
    const isOwned = pod?.metadata?.ownerReferences?.some(({ uid }) => uid === set.metadata?.uid);
    if (!pod || isOwned || pod.metadata?.deletionTimestamp) continue;
    if (pod.metadata?.labels?.["statefulset.kubernetes.io/pod-name"] !== pod.metadata?.name) continue;
    return {
      reason: `Pod ${namespace}/${pod.metadata?.name} has lost its labels, and its StatefulSet cannot make another one`,
      fix: replacement(pod),
    };
  }
  return undefined;
}

/** Why a Deployment does not have all its pods, of its newest template and Ready; undefined when it has. */
export async function deploymentTrouble(view: ClusterView, deployment: V1Deployment): Promise<Trouble | undefined> {
  const { replicas = 1 } = deployment.spec ?? {};
  const { observedGeneration = 0, replicas: present = 0, updatedReplicas = 0 } = deployment.status ?? {};
  const { availableReplicas = 0 } = deployment.status ?? {};
  const seen = observedGeneration >= (deployment.metadata?.generation ?? 0);
  const pods = podsOf(view, deployment);
  const enough = Math.min(updatedReplicas, availableReplicas, pods.filter(isReady).length) >= replicas;
  // Pods of an earlier template stay while the new ones do not become available.
  const all = enough && present <= updatedReplicas;
  const stranger = strangerTrouble(view, pods);
  if (stranger) return stranger;
  if (seen && all) return undefined;
  return podsTrouble(view, pods, replicas, () => view.lastWarning(deployment));
}

/** Why a DaemonSet does not have a pod on each of its nodes, of its newest template and Ready; undefined when it has. */
export async function daemonSetTrouble(view: ClusterView, set: V1DaemonSet): Promise<Trouble | undefined> {
  const {
    observedGeneration = 0,
    desiredNumberScheduled = 0,
    updatedNumberScheduled = 0,
    numberAvailable = 0,
  } = set.status ?? {};
  const seen = observedGeneration >= (set.metadata?.generation ?? 0);
  const pods = podsOf(view, set);
  const all = Math.min(updatedNumberScheduled, numberAvailable, pods.filter(isReady).length) >= desiredNumberScheduled;
  const stranger = strangerTrouble(view, pods);
  if (stranger) return stranger;
  if (seen && all) return undefined;
  return podsTrouble(view, pods, desiredNumberScheduled, () => view.lastWarning(set));
}

/** A pod whose ServiceAccount was made again since: the API server refuses its token. */
function strangerTrouble(view: ClusterView, pods: V1Pod[]): Trouble | undefined {
  const stranger = pods.find((pod) => isOlderThanAccount(view, pod));
  if (!stranger) return undefined;
  return {
    reason: `Pod ${stranger.metadata?.namespace}/${stranger.metadata?.name} acts as a ServiceAccount that was deleted and made again`,
    fix: replacement(stranger),
  };
}

function isOlderThanAccount(view: ClusterView, { metadata, spec }: V1Pod): boolean {
  const account = spec?.serviceAccountName && view.find("ServiceAccount", spec.serviceAccountName, metadata?.namespace);
  if (!account || metadata?.deletionTimestamp) return false;
  const made = (date: Date | undefined) => new Date(date ?? 0).getTime();
  return made(metadata?.creationTimestamp) < made(account.metadata?.creationTimestamp);
}

/** Why a Job has not done its work; undefined when it has. */
export async function jobTrouble(view: ClusterView, job: V1Job): Promise<Trouble | undefined> {
  const { succeeded = 0, conditions = [] } = job.status ?? {};
  if (succeeded >= (job.spec?.completions ?? 1)) return undefined;
  const failed = conditions.find(({ type, status }) => type === "Failed" && status === "True");
  const pods = podsOf(view, job);
  if (failed) {
    const words = pods.flatMap(
      ({ status }) => status?.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? [],
    );
    return { reason: `it has failed: ${words.at(-1) || (failed.message ?? failed.reason)}`, lastingAfter: SOON };
  }
  if (pods.some(({ status }) => status?.phase === "Succeeded"))
    return { reason: "its pod has done its work, which the Job has not counted yet" };
  // The Job itself replaces a pod that has failed.
  const left = pods.filter(({ status }) => status?.phase !== "Failed");
  return podsTrouble(view, left, 1, () => view.lastWarning(job));
}

/** Why nobody answers behind a Service; undefined when somebody does, or nobody is meant to. */
export function serviceTrouble(view: ClusterView, service: V1Service): Trouble | undefined {
  if (!service.spec?.selector) return undefined;
  const { name, namespace } = service.metadata ?? {};
  const slices = view
    .all("EndpointSlice", namespace)
    .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === name);
  const ready = slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
  if (ready) return undefined;
  const labels = Object.entries(service.spec.selector).map(([key, value]) => `${key}=${value}`);
  return { reason: `no Ready pod has its labels, ${labels.join(",")}` };
}

async function podsTrouble(
  view: ClusterView,
  pods: V1Pod[],
  replicas: number,
  lastWarning: () => Promise<string | undefined>,
): Promise<Trouble> {
  const all = await Promise.all(pods.map((pod) => podTrouble(view, pod)));
  const troubles = all.filter((trouble) => trouble !== undefined);
  // What lasts matters more than what is on its way.
  const first = troubles.find(({ lastingAfter }) => lastingAfter !== undefined) ?? troubles[0];
  if (first) return first;
  const warning = pods.length < replicas ? await lastWarning() : undefined;
  return { reason: `it has ${pods.filter(isReady).length} of ${replicas} pods Ready${warning ? `; ${warning}` : ""}` };
}

async function templateClaimTrouble(
  view: ClusterView,
  set: V1StatefulSet,
  replicas: number,
): Promise<Trouble | undefined> {
  for (const template of set.spec?.volumeClaimTemplates ?? []) {
    for (let index = 0; index < replicas; index++) {
      const name = `${template.metadata?.name}-${set.metadata?.name}-${index}`;
      const namespace = set.metadata?.namespace;
      const claim = view.find("PersistentVolumeClaim", name, namespace);
      if (!claim) continue;
      if (claim.metadata?.deletionTimestamp) {
        return {
          reason: `PersistentVolumeClaim ${namespace}/${name} is being deleted`,
          fix: { does: "finish-deletion", kind: "PersistentVolumeClaim", namespace, name },
        };
      }
      const trouble = await claimTrouble(view, claim);
      if (trouble) return trouble;
    }
  }
  return undefined;
}

/** The pods that a controller has made: others may have the same labels. Those of a Deployment are its ReplicaSets'. */
function podsOf(view: ClusterView, { metadata: controller }: KubernetesObject): V1Pod[] {
  return view.all("Pod", controller?.namespace).filter(({ metadata }) => {
    const owner = metadata?.ownerReferences?.find((each) => each.controller);
    if (!owner) return false;
    const ofReplicaSet = `${controller?.name}-${metadata?.labels?.["pod-template-hash"]}`;
    return owner.uid === controller?.uid || (owner.kind === "ReplicaSet" && owner.name === ofReplicaSet);
  });
}
