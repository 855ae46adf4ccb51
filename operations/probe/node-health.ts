import type { V1Lease, V1Node } from "@kubernetes/client-node";
import type { ClusterView } from "./cluster-view";

/** A kubelet renews its lease every 10 s; the controllers give a node up after 40 s, and so does this. */
const leaseSeconds = 40;

/** Why pods cannot run on a node; undefined when they can. */
export function nodeError(view: ClusterView, name: string): string | undefined {
  const node = view.find("Node", name);
  if (!node) return `the node ${name} is not in the cluster`;
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "Unknown") return `the node ${name} is away: ${ready.message ?? "its kubelet does not answer"}`;
  if (ready?.status !== "True") return `the node ${name} is not Ready: ${ready?.message ?? "its kubelet says nothing"}`;
  const silent = silence(view.leases(), name, view.at);
  return silent > leaseSeconds ? `the node ${name} is away: its kubelet has said nothing for ${silent} s` : undefined;
}

/** When the node's kubelet last became ready, as after a boot; undefined where the node does not say. */
export function readySince(view: ClusterView, name: string | undefined): Date | undefined {
  const node = name === undefined ? undefined : view.find("Node", name);
  const time = node?.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
  return time && new Date(time);
}

/** Seconds since the node's kubelet renewed its lease; 0 for a node without one, which some clusters have. */
function silence(leases: V1Lease[], name: string, now: Date): number {
  const renewed = leases.find(({ metadata }) => metadata?.name === name)?.spec?.renewTime;
  return renewed ? Math.max(0, Math.round((now.getTime() - new Date(renewed).getTime()) / 1000)) : 0;
}

/** Whether somebody keeps new pods off the node (`kubectl cordon`, `kubectl drain`). */
export function isCordoned(node: V1Node): boolean {
  return node.spec?.unschedulable === true;
}
