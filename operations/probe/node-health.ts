import type { V1Lease, V1Node } from "@kubernetes/client-node";
import type { ClusterView } from "./cluster-view";

/** A kubelet renews its lease every 10 s; the controllers give a node up after 40 s, and so does this. */
const leaseSeconds = 40;

/** Why pods cannot run on a node; undefined when they can. */
export function nodeError(view: ClusterView, name: string): string | undefined {
  const unready = unreadiness(name, view.find("Node", name));
  if (unready !== undefined) return unready;
  const silent = silence(view.leases(), name);
  return silent > leaseSeconds ? `the node ${name} is away: its kubelet has said nothing for ${silent} s` : undefined;
}

/** The same as far as the node's own status says it. */
export function unreadiness(name: string, node: V1Node | undefined): string | undefined {
  if (!node) return `the node ${name} is not in the cluster`;
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "Unknown") return `the node ${name} is away: ${ready.message ?? "its kubelet does not answer"}`;
  if (ready?.status !== "True") return `the node ${name} is not Ready: ${ready?.message ?? "its kubelet says nothing"}`;
  return undefined;
}

/** When the node's kubelet last became ready, as after a boot; undefined where the node does not say. */
export function readySince(view: ClusterView, name: string | undefined): Date | undefined {
  const node = name === undefined ? undefined : view.find("Node", name);
  const time = node?.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
  return time && new Date(time);
}

/**
 * For how many seconds the node's kubelet had not renewed its lease when another one last did; 0 for a node without a lease,
 * which some clusters have. Clocks of hosts, and that of this machine, may be wrong: the API server's counts.
 */
function silence(leases: V1Lease[], name: string): number {
  const own = leases.find(({ metadata }) => metadata?.name === name);
  return own ? Math.round((Math.max(...leases.map(renewedAt)) - renewedAt(own)) / 1000) : 0;
}

/** When the API server took the lease's last change, in milliseconds since 1970. */
function renewedAt({ metadata }: V1Lease): number {
  const times = metadata?.managedFields?.map(({ time }) => new Date(time ?? 0).getTime()) ?? [];
  return Math.max(0, ...times);
}

/** Whether somebody keeps new pods off the node (`kubectl cordon`, `kubectl drain`). */
export function isCordoned(node: V1Node): boolean {
  return node.spec?.unschedulable === true;
}
