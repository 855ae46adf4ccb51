import type { V1Deployment, V1DeploymentSpec, V1Pod, V1StatefulSet, V1StatefulSetSpec } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { missing } from "../runner/failure";
import { isReady, mayStart, podSeconds, whyNotReady } from "./pods";

interface Workloads {
  StatefulSet: V1StatefulSet & { spec: V1StatefulSetSpec };
  Deployment: V1Deployment & { spec: V1DeploymentSpec };
}

type WorkloadKind = keyof Workloads;

/** Which StatefulSet or Deployment. */
export interface WorkloadRef<K extends WorkloadKind = WorkloadKind> {
  kind: K;
  namespace: string;
  name: string;
}

/** A StatefulSet or Deployment with its pods, in the order of their names: `…-2` before `…-10`. */
export interface Workload<K extends WorkloadKind = WorkloadKind> extends WorkloadRef<K> {
  object: Workloads[K];
  pods: V1Pod[];
}

/** Its name in error messages and `touches`. */
export function workloadLabel({ kind, namespace, name }: WorkloadRef): string {
  return `${kind} ${namespace}/${name}`;
}

/** Reads a workload and its pods, including terminating ones; fails if it does not exist. */
export async function workload<K extends WorkloadKind>(context: Context, ref: WorkloadRef<K>): Promise<Workload<K>> {
  const { kind, namespace, name } = ref;
  const object = (await context.cluster.find(kind, name, namespace)) as Workloads[K] | undefined;
  if (!object?.spec) throw missing(workloadLabel(ref));
  const labels = Object.entries(object.spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const pods = await context.cluster.list("Pod", { namespace, labels: labels.join(",") });
  pods.sort((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? "", "en", { numeric: true }));
  return { kind, namespace, name, object, pods };
}

/**
 * Waits until a workload has all its pods, Ready, and no others.
 * @param gone Uids of pods that do not count, because they are to be replaced.
 */
export async function readyWorkload<K extends WorkloadKind>(
  context: Context,
  ref: WorkloadRef<K>,
  gone: Set<string | undefined> = new Set(),
): Promise<Workload<K>> {
  let last: Workload<K> | undefined = await workload(context, ref);
  const isCounted = (pod: V1Pod): boolean => isReady(pod) && !gone.has(pod.metadata?.uid);
  const options = {
    // A StatefulSet starts a pod when the previous one is Ready.
    seconds: podSeconds * Math.max(1, last.object.spec.replicas ?? 1),
    missing: async () => {
      const rest = last?.pods.filter((pod) => !isCounted(pod)) ?? [];
      const lines = await Promise.all(
        rest.map(async (pod) => `Pod ${pod.metadata?.name}: ${await whyNotReady(context, pod)}`),
      );
      const { length } = last?.pods ?? [];
      return [`it has ${length} of ${last?.object.spec.replicas ?? 1} pods`, ...lines].join("; ");
    },
    remedy: `run \`kubectl describe ${ref.kind.toLowerCase()} ${ref.name} -n ${ref.namespace}\``,
  };
  return context.until(`all pods of ${workloadLabel(ref)} to be Ready`, options, async () => {
    last = await workload(context, ref);
    last.pods.forEach(mayStart);
    return last.pods.length === (last.object.spec.replicas ?? 1) && last.pods.every(isCounted) ? last : undefined;
  });
}

/** Deletes all pods of a workload and waits until they are replaced. */
export async function replacePods<K extends WorkloadKind>(context: Context, of: Workload<K>): Promise<Workload<K>> {
  await Promise.all(of.pods.map(({ metadata }) => context.cluster.remove("Pod", metadata?.name ?? "", of.namespace)));
  return readyWorkload(context, of, new Set(of.pods.map(({ metadata }) => metadata?.uid)));
}

/** Sets the number of replicas and waits until all are Ready. */
export async function scale<K extends WorkloadKind>(
  context: Context,
  ref: WorkloadRef<K>,
  replicas: number,
): Promise<Workload<K>> {
  await context.cluster.patch(ref.kind, ref.name, ref.namespace, { spec: { replicas } });
  return readyWorkload(context, ref);
}
