import type { V1Pod } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { isReady, readyPod } from "./pods";

/** Longest wait for a container to be started again, in seconds. */
const restartSeconds = 90;

/**
 * Ends the first process of a pod's container from inside, as a crash would, and waits until the kubelet has started the
 * container again in the same pod. Returns the pod. The process must heed SIGTERM, as that of a helper pod does.
 */
export async function restartContainer(context: Context, namespace: string, name: string): Promise<V1Pod> {
  const before = restarts(await readyPod(context, namespace, name));
  // A moment later: the command that brings the order is to end by itself.
  await context.shell(namespace, name, "(sleep 1; kill 1) > /dev/null 2>&1 &");
  const what = `the container of Pod ${namespace}/${name} to be started again`;
  return context.until(what, { seconds: restartSeconds }, async () => {
    const pod = await context.cluster.find("Pod", name, namespace);
    return pod && restarts(pod) > before && isReady(pod) ? pod : undefined;
  });
}

function restarts(pod: V1Pod): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
}
