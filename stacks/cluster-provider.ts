import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterIdentity, type ClusterIdentity } from "./cluster-identity";
import { ClusterReader } from "./cluster-reader";
import type { ClusterConfig } from "./kubeconfig";

/** The cluster of a stack's config, once it is known to be the one that has the stack's objects. */
export interface Cluster extends ClusterConfig {
  identity: ClusterIdentity;
  reader: ClusterReader;
}

/**
 * Finds it, before anything is registered; throws where it is another one.
 *
 * @param program Whose config it is.
 */
export async function findCluster(program: string, { kubeconfig, context }: ClusterConfig): Promise<Cluster> {
  const reader = await ClusterReader.open({ kubeconfig, context });
  const identity = await clusterIdentity(`storage-lab:${program}.kubeconfig`, reader);
  return { kubeconfig, context, identity, reader };
}

/**
 * Makes objects in it. Foreign objects of the same names are an error: nothing that exists is adopted. With the cluster's
 * own identifier, another address of it replaces nothing.
 *
 * What somebody edits in the stack's own objects is put back, also where an editor like `kubectl edit` then manages the
 * field.
 *
 * @param opts What Pulumi calls it, by default `cluster`. With `dependsOn`, it makes nothing before that is there.
 */
export function clusterProvider(
  { kubeconfig, context, identity }: Cluster,
  { name = "cluster", ...opts }: pulumi.ResourceOptions & { name?: string } = {},
): k8s.Provider {
  return new k8s.Provider(name, { kubeconfig, context, clusterIdentifier: identity.id, enablePatchForce: true }, opts);
}
