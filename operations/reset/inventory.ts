import type { KubernetesObject } from "@kubernetes/client-node";
import type { ApiKind } from "../../exercises/cluster/discovery";
import { apiVersions, type Kind } from "../../exercises/cluster/kinds";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../exercises/runner/failure";
import type { Scope } from "./scope";

/** An object as the cluster has it. */
export interface Item extends ApiKind {
  namespace?: string;
  name: string;
  uid: string;
  live: KubernetesObject;
}

/** What the cluster has where a reset works. */
export interface Inventory {
  items: Item[];
  /** What could not be looked at: API groups that do not answer, kinds that may not be listed. */
  unseen: string[];
}

/** Workloads down to their pods, and what these hold: also where only some are the stack's, all are looked at. */
const WORKLOADS: Kind[] = ["StatefulSet", "Deployment", "Job", "Pod", "PersistentVolumeClaim"];
/** Kinds of which Kubernetes itself makes the objects, and many. */
const OF_KUBERNETES = ["Event", "Lease"];
const REPLICA_SET: ApiKind = { apiVersion: "apps/v1", kind: "ReplicaSet" };

/**
 * Lists all of every kind in the scope's own namespaces, and of cluster-wide objects and other namespaces the kinds that
 * the scope's objects are of.
 */
export async function takeInventory(cluster: Cluster, { objects, namespaces }: Scope): Promise<Inventory> {
  const { kinds, silent } =
    namespaces.length > 0 ? await cluster.namespacedKinds() : { kinds: [] as ApiKind[], silent: [] as string[] };
  const below = [...WORKLOADS.map((kind) => ({ apiVersion: apiVersions[kind], kind })), REPLICA_SET];
  const seen = kinds.filter(({ kind }) => !OF_KUBERNETES.includes(kind));
  const needed = new Set([...objects, ...below].map(groupKind));
  const unseen = [...silent];
  const elsewhere = objects.filter(({ namespace }) => namespace === undefined || !namespaces.includes(namespace));
  const shared = new Set(elsewhere.flatMap(({ namespace }) => namespace ?? []));
  const wanted: Listed[] = [
    ...namespaces.flatMap((namespace) =>
      seen.map((of) => ({ ...of, namespace, optional: !needed.has(groupKind(of)) })),
    ),
    ...elsewhere.map(({ apiVersion, kind, namespace }) => ({ apiVersion, kind, namespace })),
    ...[...shared].flatMap((namespace) => below.map((of) => ({ ...of, namespace }))),
    { apiVersion: apiVersions.PersistentVolume, kind: "PersistentVolume" },
    { apiVersion: apiVersions.Namespace, kind: "Namespace" },
  ];
  const distinct = [
    ...new Map(wanted.map((each) => [`${each.apiVersion}/${each.kind}/${each.namespace}`, each])).values(),
  ];
  const lists = await Promise.all(distinct.map((each) => list(cluster, each, unseen)));
  // What is served by two groups is one object.
  const items = new Map(lists.flat().map((item) => [item.uid, item]));
  return { items: [...items.values()], unseen: [...new Set(unseen)] };
}

interface Listed extends ApiKind {
  namespace?: string;
  /** Whether it can only be of others, which need not be seen. */
  optional?: boolean;
}

async function list(cluster: Cluster, of: Listed, unseen: string[]): Promise<Item[]> {
  const { apiVersion, kind, namespace, optional } = of;
  try {
    const found = await cluster.listAny(apiVersion, kind, namespace);
    return found.map((live) => itemOf({ apiVersion, kind }, live));
  } catch (error) {
    if (!optional || !(error instanceof Failure)) throw error;
    unseen.push(`${kind} (${apiVersion})`);
    return [];
  }
}

export function itemOf({ apiVersion, kind }: ApiKind, live: KubernetesObject): Item {
  const { namespace, name = "", uid = "" } = live.metadata ?? {};
  return { apiVersion, kind, namespace, name, uid, live };
}

/** An object's kind, whatever the version of its API. */
export function groupKind({ apiVersion, kind }: ApiKind): string {
  const [group, version] = apiVersion.split("/");
  return `${version === undefined ? "" : group}/${kind}`;
}

/** The objects that go by themselves once these are deleted: what they own, and what that owns. */
export function dependentsOf(roots: Item[], items: Item[]): Item[] {
  const uids = new Set(roots.map(({ uid }) => uid));
  const found = items.filter(
    ({ uid, live }) => !uids.has(uid) && live.metadata?.ownerReferences?.some((owner) => uids.has(owner.uid)),
  );
  return found.length === 0 ? [] : [...found, ...dependentsOf([...roots, ...found], items)];
}
