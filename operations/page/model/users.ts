import type { V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { failedMounts, mountCause } from "../../../components/nfs/mount-cause";
import { isReady } from "../../../exercises/cluster/pods";
import { fullName, seenAt, timeOf } from "./cluster-objects";
import { mountKey } from "./host-facts";
import type { Directory, Finding, UserPart } from "./line";
import type { ObjectIndex } from "./object-index";
import { words } from "./words";

/** How long a pod may take to start before somebody should know, in milliseconds. */
const PATIENCE = 30_000;

/** Who uses a claim: its pods, and workloads that have no pod now. */
export function usersOf(index: ObjectIndex, claim: string, directory?: Directory): UserPart[] {
  const pods = index.podsOf.get(claim) ?? [];
  const users = pods.map((pod) => userOf(index, pod, claim, directory));
  const busy = new Set(users.map(({ workload }) => workload));
  const idle = (index.workloadsOf.get(claim) ?? []).filter(
    (workload) => !busy.has(nameOf(workload)) && has(workload, claim),
  );
  return [...users, ...idle.map(idleUser)];
}

/** A StatefulSet has claims of replicas that it has no more; only those of its own replicas are its. */
function has(workload: V1StatefulSet | V1Deployment, claim: string): boolean {
  const ordinal = /-(\d+)$/.exec(claim)?.[1];
  const isTemplate = workload.spec && "volumeClaimTemplates" in workload.spec;
  const prefix = `-${workload.metadata?.name}-${ordinal}`;
  return (
    !isTemplate ||
    !claim.endsWith(prefix) ||
    (workload.spec?.replicas ?? 1) === 0 ||
    Number(ordinal) < (workload.spec?.replicas ?? 1)
  );
}

function idleUser(workload: V1StatefulSet | V1Deployment): UserPart {
  const { replicas = 1 } = workload.spec ?? {};
  return {
    workload: nameOf(workload),
    status: replicas === 0 ? "0 replicas" : "no pod",
    ready: false,
    mount: "not mounted",
  };
}

const nameOf = (workload: V1StatefulSet | V1Deployment): string =>
  `${workload.spec && "serviceName" in workload.spec ? "StatefulSet" : "Deployment"}/${workload.metadata?.name}`;

function userOf(index: ObjectIndex, pod: V1Pod, claim: string, directory?: Directory): UserPart {
  const volume = volumeOf(pod, claim);
  const ready = isReady(pod);
  const workload = workloadOf(pod);
  const path = pod.spec?.containers
    .flatMap(({ volumeMounts = [] }) => volumeMounts)
    .find(({ name }) => name === volume)?.mountPath;
  return {
    ...(workload && { workload }),
    pod: pod.metadata?.name ?? "",
    status: statusOf(pod),
    ready,
    ...(pod.spec?.nodeName && { node: pod.spec.nodeName }),
    ...(path && { path }),
    mount: mountOf(index, pod, volume ?? "", directory),
  };
}

function volumeOf({ metadata, spec }: V1Pod, claim: string): string | undefined {
  const name = claim.slice(claim.indexOf("/") + 1);
  return spec?.volumes?.find(
    ({ name: volume, persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim?.claimName === name || (ephemeral && `${metadata?.name}-${volume}` === name),
  )?.name;
}

function mountOf(index: ObjectIndex, pod: V1Pod, volume: string, directory?: Directory): UserPart["mount"] {
  if (index.facts.refused.has(mountKey(pod.metadata?.uid ?? "", volume))) return "refused";
  const started = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].some(
    ({ state }) => state?.running,
  );
  if (!started) return "not mounted";
  return directory?.kind === "nfs" && isSilent(index, pod.spec?.nodeName ?? "") ? "hangs" : "mounted";
}

/** A stack may call a node otherwise than the cluster does. */
function isSilent({ facts, nodes }: ObjectIndex, name: string): boolean {
  if (facts.silent.size === 0) return false;
  const addresses = nodes.get(name)?.status?.addresses ?? [];
  return [name, ...addresses.map(({ address }) => address)].some((each) => facts.silent.has(each));
}

/** What has made a pod; a Deployment does so through its ReplicaSets. */
export function workloadOf({ metadata }: V1Pod): string | undefined {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return undefined;
  const hash = metadata?.labels?.["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash && owner.name.endsWith(`-${hash}`))
    return `Deployment/${owner.name.slice(0, -hash.length - 1)}`;
  return `${owner.kind}/${owner.name}`;
}

/** As `kubectl get pods` says it. */
export function statusOf(pod: V1Pod): string {
  if (pod.metadata?.deletionTimestamp) return "Terminating";
  const { initContainerStatuses = [], containerStatuses = [], phase = "Pending", reason } = pod.status ?? {};
  if (reason) return reason;
  for (const { state } of [...initContainerStatuses, ...containerStatuses]) {
    if (state?.waiting?.reason) return state.waiting.reason;
    if (state?.terminated && phase !== "Succeeded" && state.terminated.exitCode !== 0)
      return state.terminated.reason ?? "Error";
  }
  return phase === "Succeeded" ? "Completed" : phase;
}

/** What is to be said of a claim's pods and their mounts. */
export function userFindings(index: ObjectIndex, claim: string, directory?: Directory): Finding[] {
  return (index.podsOf.get(claim) ?? []).flatMap((pod) => [
    ...mountFindings(index, pod, claim, directory),
    ...podFindings(index, pod),
  ]);
}

function mountFindings(index: ObjectIndex, pod: V1Pod, claim: string, directory?: Directory): Finding[] {
  const volume = volumeOf(pod, claim) ?? "";
  const mount = mountOf(index, pod, volume, directory);
  if (mount !== "refused" && mount !== "hangs") return [];
  const name = fullName(pod);
  const node = pod.spec?.nodeName ?? "";
  const said = index.facts.refused.get(mountKey(pod.metadata?.uid ?? "", volume));
  const command = `ssh ${node} timeout 5 stat -f /var/lib/kubelet/pods/${pod.metadata?.uid}/volumes/*/*`;
  if (mount === "hangs") {
    return [
      {
        id: "mount-hangs",
        severity: "error",
        text: words(
          `The mount of pod ${name} on ${node} hangs: ${directory?.host} does not answer.`,
          `Pod ${name} 在 ${node} 上的挂载没有响应：${directory?.host} 不应答。`,
        ),
        cause: words(
          "What reads or writes there waits until the NFS server is back.",
          "在 NFS 服务器恢复之前，那里的读写都会一直等待。",
        ),
        command,
      },
    ];
  }
  const gone = said === "Stale file handle";
  return [
    {
      id: "mount-dead",
      severity: "error",
      text: words(
        `The mount of pod ${name} on ${node} is dead: ${said}.`,
        `Pod ${name} 在 ${node} 上的挂载已失效：${said}。`,
      ),
      cause: gone
        ? words(
            "The directory that it mounted was removed or made anew; only a new pod mounts what is there now.",
            "它挂载的目录已被删除或重建；只有新的 Pod 才会挂载现在的目录。",
          )
        : words("The NFS server refuses what the pod asks for.", "NFS 服务器拒绝了该 Pod 的请求。"),
      command,
    },
  ];
}

function podFindings(index: ObjectIndex, pod: V1Pod): Finding[] {
  const { namespace = "", name = "", uid = "", deletionTimestamp, creationTimestamp } = pod.metadata ?? {};
  if (isReady(pod) || deletionTimestamp || pod.status?.phase === "Succeeded") return [];
  const what = `${namespace}/${name}`;
  const command = `kubectl describe pod ${name} -n ${namespace}`;
  const node = index.nodes.get(pod.spec?.nodeName ?? "");
  const nodeReady = node?.status?.conditions?.find(({ type }) => type === "Ready");
  if (nodeReady && nodeReady.status !== "True") {
    return [
      {
        id: "node-away",
        severity: "error",
        text: words(
          `Pod ${what} is on ${pod.spec?.nodeName}, which does not answer.`,
          `Pod ${what} 所在的节点 ${pod.spec?.nodeName} 没有应答。`,
        ),
        ...(nodeReady.message && { cause: words(nodeReady.message, nodeReady.message) }),
        command: `kubectl describe node ${pod.spec?.nodeName}`,
      },
    ];
  }
  const status = statusOf(pod);
  const warning = index.warnings.get(uid);
  const isYoung = index.now - timeOf(creationTimestamp) < PATIENCE;
  const isFatal = /BackOff|Err|Invalid|Failed|OOMKilled/.test(status);
  const said = warning && (mountWords(pod, warning.message ?? "") ?? `${warning.reason}: ${warning.message}`);
  const recent = warning && index.now - seenAt(warning) < 10 * 60_000;
  if (isYoung && !isFatal && !recent) return [];
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  const unscheduled = scheduled?.status === "False" ? scheduled.message : undefined;
  const cause = unscheduled ?? (recent ? said : undefined) ?? wordsOfContainer(pod);
  return [
    {
      id: "pod",
      severity: isFatal || (!isYoung && warning?.reason === "FailedMount") ? "error" : "warning",
      text: words(
        `Pod ${what} is not Ready: ${status}${unscheduled ? ", no node takes it" : ""}.`,
        `Pod ${what} 没有就绪：${status}${unscheduled ? "，没有节点可以运行它" : ""}。`,
      ),
      ...(cause && { cause: words(cause, cause) }),
      command: status === "CrashLoopBackOff" ? `kubectl logs ${name} -n ${namespace} --previous` : command,
    },
  ];
}

/** What a kubelet's words about a mount mean. */
function mountWords({ spec }: V1Pod, message: string): string | undefined {
  const [mount] = failedMounts(`FailedMount: ${message}`);
  if (!mount) return undefined;
  return `${mountCause({ ...mount, host: spec?.nodeName })}. mount says: ${mount.words}`;
}

/** What a container has ended with. */
function wordsOfContainer({ status }: V1Pod): string | undefined {
  for (const { state, lastState } of status?.containerStatuses ?? []) {
    const { exitCode, message } = state?.terminated ?? lastState?.terminated ?? {};
    if (exitCode) return `exit code ${exitCode}${message ? `: ${message.trim()}` : ""}`;
    if (state?.waiting?.message) return state.waiting.message;
  }
  return undefined;
}
