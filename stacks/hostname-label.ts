import * as pulumi from "@pulumi/pulumi";
import type { ClusterReader } from "./cluster-reader";

const HOSTNAME = "kubernetes.io/hostname";

/**
 * The value of the label `kubernetes.io/hostname` by which pods and local volumes are tied to a node, given the node's name;
 * some clusters give them different ones. Throws where there is no such node. Where nodes cannot be read, the two are
 * taken to be the same.
 *
 * @param key The config key that names the node.
 */
export async function hostnameLabel(key: string, reader: ClusterReader, name: string): Promise<string> {
  const found = await findHostname(key, reader, name);
  if ("error" in found) throw new pulumi.RunError(found.error);
  return found.label;
}

/** The same, with the error as a value. */
export async function findHostname(
  key: string,
  reader: ClusterReader,
  name: string,
): Promise<{ label: string } | { error: string }> {
  const nodes = await reader.nodes();
  if ("problem" in nodes) return { label: name };
  const labels = new Map(nodes.value.map(({ metadata }) => [metadata?.name ?? "", metadata?.labels?.[HOSTNAME]]));
  if (!labels.has(name)) {
    const all = [...labels.keys()].sort().join(", ") || "none";
    return { error: `${key} (${JSON.stringify(name)}) is no node of the cluster, which has: ${all}.` };
  }
  const label = labels.get(name);
  if (label !== undefined) return { label };
  return {
    error:
      `${key} (${JSON.stringify(name)}) is a node without the label ${HOSTNAME}, which ties pods and volumes to it. ` +
      `Set it: kubectl label node ${name} ${HOSTNAME}=${name}`,
  };
}
