import type { V1Pod } from "@kubernetes/client-node";
import type { Context } from "../../runner/exercise";
import { Failure } from "../../runner/failure";

/** The pods with the driver's Controller service, without those that have ended, as after an eviction; fails if there is none. */
export async function controllerPods(context: Context): Promise<V1Pod[]> {
  const { csiNamespace: namespace, csiControllerLabels: labels } = context.settings;
  const all = await context.cluster.list("Pod", { namespace, labels });
  const pods = all.filter(({ status }) => status?.phase !== "Failed" && status?.phase !== "Succeeded");
  if (pods.length > 0) return pods;
  throw new Failure(
    `there is no Pod with the label ${labels} in Namespace ${namespace}: nothing makes volumes`,
    `run \`kubectl describe deployment -l ${labels} -n ${namespace}\``,
  );
}

/** The driver's Node service on one node; fails if it does not run there. */
export async function nodePlugin(context: Context, node: string): Promise<V1Pod> {
  const { csiNamespace: namespace, csiNodeLabels: labels } = context.settings;
  const pods = await context.cluster.list("Pod", { namespace, labels });
  const found = pods.find(({ metadata, spec }) => spec?.nodeName === node && !metadata?.deletionTimestamp);
  if (found) return found;
  throw new Failure(
    `there is no Pod with the label ${labels} in Namespace ${namespace} on node ${node}: nothing mounts volumes there`,
    `run \`kubectl describe daemonset -l ${labels} -n ${namespace}\``,
  );
}
