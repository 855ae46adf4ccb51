import type { V1Node } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";

/** In `touches`: used by exercises that cordon a node, and by those that need all nodes. */
export const scheduling = "scheduling";

/** Sorted names of the nodes that accept pods; fails if there are too few. */
export async function nodesForPods(context: Context, atLeast: number): Promise<string[]> {
  const nodes = (await context.cluster.list("Node")).filter(takesPods);
  if (nodes.length < atLeast) {
    throw new Failure(
      `${nodes.length} nodes accept pods, but this needs ${atLeast}`,
      "run `kubectl get nodes`: a cordoned node shows SchedulingDisabled",
    );
  }
  return nodes.map((node) => node.metadata?.name ?? "").sort();
}

/** Whether the node is Ready and takes any pod: not cordoned, and without a taint that keeps pods away. */
export function takesPods({ status, spec }: V1Node): boolean {
  const ready = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True");
  const tainted = spec?.taints?.some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");
  return !!ready && !tainted && !spec?.unschedulable;
}

/** A node selector for one node; the scheduler still places the pod. */
export function onNode(name: string): Record<string, string> {
  return { "kubernetes.io/hostname": name };
}
