import type { V1Node } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";

/** Stands in `touches` for pods being scheduled as usual: who keeps pods off a node, and who counts on a node, name it. */
export const scheduling = "scheduling";

/** Names of the nodes that take pods, in order; fails when there are fewer than are needed. */
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

function takesPods({ status, spec }: V1Node): boolean {
  const ready = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True");
  const tainted = spec?.taints?.some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");
  return !!ready && !tainted && !spec?.unschedulable;
}

/** Labels by which a pod asks for one node and still leaves the decision to the scheduler. */
export function onNode(name: string): Record<string, string> {
  return { "kubernetes.io/hostname": name };
}
