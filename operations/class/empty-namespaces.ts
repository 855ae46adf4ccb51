import pLimit from "p-limit";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";

/** How many namespaces at a time. */
const AT_ONCE = 8;

/**
 * Deletes the pods and claims of those namespaces that somebody deletes already. Kubernetes' namespace controller begins
 * 5 s after the deletion, and where it finds pods it looks again only after half of their grace period, 16 s: what is gone
 * by then costs no second look.
 */
export async function emptyNamespaces(cluster: Cluster, names: Iterable<string>): Promise<void> {
  const chosen = new Set(names);
  const going = (await cluster.list("Namespace")).filter(
    ({ metadata }) => metadata?.deletionTimestamp && chosen.has(metadata.name ?? ""),
  );
  const limit = pLimit(AT_ONCE);
  await Promise.all(going.map(({ metadata }) => limit(() => emptyNamespace(cluster, metadata?.name ?? ""))));
}

async function emptyNamespace(cluster: Cluster, namespace: string): Promise<void> {
  for (const kind of ["Pod", "PersistentVolumeClaim"] as const) {
    for (const { metadata } of await cluster.list(kind, { namespace }))
      await cluster.remove(kind, metadata?.name ?? "", namespace, metadata?.uid);
  }
}
