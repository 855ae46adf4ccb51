import type { V1Pod } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { isReady, readyPod } from "./pods";

/** Longest wait for a container to be restarted, in seconds. */
const restartSeconds = 90;

/**
 * Ends a container's first process, which must handle SIGTERM, as that of a helper pod does. Delayed, so that this command can
 * end normally.
 */
const endFirstProcess = "(sleep 1; kill 1) > /dev/null 2>&1 &";

/**
 * Ends a pod's container, like a crash, and waits until the kubelet has restarted it in the same pod. Returns the pod.
 * @param end What ends it, as a script that is run in it.
 */
export async function restartContainer(
  context: Context,
  namespace: string,
  name: string,
  end: string = endFirstProcess,
): Promise<V1Pod> {
  const before = restarts(await readyPod(context, namespace, name));
  await context.shell(namespace, name, end);
  const what = `the container of Pod ${namespace}/${name} to be started again`;
  return context.until(what, { seconds: restartSeconds }, async () => {
    const pod = await context.cluster.find("Pod", name, namespace);
    return pod && restarts(pod) > before && isReady(pod) ? pod : undefined;
  });
}

function restarts(pod: V1Pod): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
}
