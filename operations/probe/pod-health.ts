import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { failedMounts, mountCause } from "../../components/nfs/mount-cause";
import { isReady } from "../../exercises/cluster/pods";
import type { ClusterView } from "./cluster-view";
import { NODE_PATIENCE, SOON, type Trouble } from "./finding";
import { foreignFinalizers } from "./foreign-finalizers";
import { isCordoned, nodeError, readySince } from "./node-health";

/** A kubelet that became ready less than this many milliseconds ago tries again sooner than this. */
const YOUNG = 60_000;

/** How long a pod that was Ready, on a node that is, may take to be so again, in seconds. */
const RECOVERY = 60;

/** States of a container that waiting does not end. */
const LASTING = [
  "ImagePullBackOff",
  "ErrImagePull",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
];

/** Why a pod is not Ready; undefined when it is. */
export async function podTrouble(view: ClusterView, pod: V1Pod): Promise<Trouble | undefined> {
  if (isReady(pod)) return undefined;
  const what = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  const { nodeName } = pod.spec ?? {};
  const away = nodeName === undefined ? undefined : nodeError(view, nodeName);
  if (away) {
    return {
      reason: `${what} is on a node that is away: ${away}`,
      remedy: "Start that host and its kubelet.",
      lastingAfter: NODE_PATIENCE,
    };
  }
  if (pod.metadata?.deletionTimestamp) {
    const held = foreignFinalizers("Pod", pod);
    return held ? { ...held, reason: `${what}: ${held.reason}` } : { reason: `${what} is terminating` };
  }
  if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") {
    const reason = pod.status.message ?? pod.status.reason ?? "its containers have ended";
    return { reason: `${what} has ended: ${reason}`, lastingAfter: SOON, fix: replacement(pod) };
  }
  return unscheduled(view, pod, what) ?? (await waiting(view, pod, what));
}

/** The fix for a pod that does not come to life again by itself. */
export function replacement(pod: V1Pod): Trouble["fix"] {
  const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
  return { does: "replace-pod", namespace, name, uid };
}

function unscheduled(view: ClusterView, pod: V1Pod, what: string): Trouble | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  const cordoned = view
    .all("Node")
    .filter(isCordoned)
    .map(({ metadata }) => metadata?.name ?? "");
  const reason = scheduled.message ?? scheduled.reason ?? "no reason given";
  return {
    reason: `${what} cannot be scheduled: ${reason}`,
    remedy: cordoned.length > 0 ? `A node is cordoned: kubectl uncordon ${cordoned.join(" ")}` : undefined,
    // A claim that is not bound is judged by itself, and may be on its way.
    lastingAfter: /persistentvolumeclaim/i.test(reason) ? undefined : SOON,
  };
}

async function waiting(view: ClusterView, pod: V1Pod, what: string): Promise<Trouble> {
  const stuck = statuses(pod).find(({ state }) => state?.waiting?.reason && LASTING.includes(state.waiting.reason));
  if (stuck) {
    const { reason, message = "" } = stuck.state!.waiting!;
    return {
      reason: `${what} cannot start: ${reason}: ${message}`,
      remedy: /^Err|Image/.test(reason ?? "")
        ? `Give an image that ${pod.spec?.nodeName} has or can pull.`
        : `Look at: kubectl describe pod ${pod.metadata?.name} -n ${pod.metadata?.namespace}`,
      lastingAfter: SOON,
    };
  }
  const crashing = statuses(pod).find(({ state }) => state?.waiting?.reason === "CrashLoopBackOff");
  if (crashing) {
    const { exitCode, message } = crashing.lastState?.terminated ?? {};
    const words = message?.trim();
    return {
      reason: `${what} ends again and again, with exit code ${exitCode ?? "unknown"}${words ? `: ${words}` : ""}`,
      remedy: `Look at its log: kubectl logs ${pod.metadata?.name} -n ${pod.metadata?.namespace} --previous`,
      lastingAfter: SOON,
      fix: replacement(pod),
      // After a boot its last state is the old one at first.
      fixAfter: SOON,
    };
  }
  // What the kubelet said before its node booted is not about the containers that start now.
  const since = readySince(view, pod.spec?.nodeName);
  const warning = (await view.lastWarning(pod, since))?.trim();
  const state = statuses(pod)[0]?.state?.waiting?.reason;
  const mount = warning === undefined ? undefined : mountWords(warning, pod);
  const words = mount?.reason ?? lastWords(pod) ?? warning;
  return {
    reason: `${what} is ${pod.status?.phase}${state ? ` (${state})` : ", not Ready"}${words ? `; ${words}` : ""}`,
    ...(mount?.isLasting && { lastingAfter: RECOVERY }),
    // A kubelet that has run for long tries a mount that failed again after up to two minutes; a new pod is tried at once.
    ...(warning?.startsWith("FailedMount") && !isYoung(view, since) && { fix: replacement(pod), fixAfter: SOON }),
    ...(hasLostReadiness(pod) && {
      remedy: `Look at its log: kubectl logs ${pod.metadata?.name} -n ${pod.metadata?.namespace}`,
      fix: replacement(pod),
      fixAfter: RECOVERY,
      lastingAfter: RECOVERY,
    }),
  };
}

/** What a container that is not Ready has ended with, in its own words. */
function lastWords(pod: V1Pod): string | undefined {
  const ends = statuses(pod).flatMap(({ ready, state, lastState }) =>
    ready ? [] : [state?.terminated, lastState?.terminated],
  );
  return ends.find((end) => end && end.exitCode !== 0 && end.message?.trim())?.message?.trim();
}

/** What a warning about a mount of NFS means; a server that is away may come back. */
function mountWords(warning: string, { spec }: V1Pod): { reason: string; isLasting: boolean } | undefined {
  const [mount] = failedMounts(warning);
  if (!mount) return undefined;
  const isLasting = !/refused|No route|unreachable|timed out|deadline/.test(mount.words);
  return { reason: `${mountCause({ ...mount, host: spec?.nodeName })}; mount says: ${mount.words}`, isLasting };
}

/** Whether it was Ready once and is not any more, though its containers run: as after somebody set a password in it. */
function hasLostReadiness(pod: V1Pod): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  const containers = pod.status?.containerStatuses ?? [];
  if (ready?.status !== "False" || containers.length === 0) return false;
  const lost = new Date(ready.lastTransitionTime ?? 0).getTime();
  // The condition is False from the start, so its last change is older than the containers' start in a pod that was never Ready.
  return containers.every(({ state }) => state?.running && lost > new Date(state.running.startedAt ?? 0).getTime());
}

function isYoung({ at }: ClusterView, since: Date | undefined): boolean {
  return since !== undefined && at.getTime() - since.getTime() < YOUNG;
}

function statuses(pod: V1Pod): V1ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}
