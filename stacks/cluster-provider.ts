import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterIdentity, type ClusterIdentity } from "./cluster-identity";
import { ClusterReader, type ClusterConfig } from "./cluster-reader";

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
 * @param opts With `dependsOn`, nothing is made in the cluster before that is there.
 */
export function clusterProvider(
  { kubeconfig, context, identity }: Cluster,
  opts?: pulumi.ResourceOptions,
): k8s.Provider {
  return new k8s.Provider("cluster", { kubeconfig, context, clusterIdentifier: identity.id }, opts);
}

/**
 * A namespace of the stack's own. One that is there already stays untouched, and the error says what to do.
 *
 * @param key The config key that names it; `namespace` is the one that may also exist.
 */
export function stackNamespace(
  name: string,
  opts: pulumi.CustomResourceOptions,
  key: "namespace" | "hostPathNamespace" | "quotaNamespace" = "namespace",
): pulumi.Output<string> {
  const remedy =
    key === "namespace"
      ? "Set createNamespace: false to work inside it, name another one, or delete it."
      : `Name another one as ${key}, or delete it.`;
  const taken = new pulumi.ErrorHook(`${key}-taken`, async ({ errors }) => {
    if (/already exists/i.test(errors[0] ?? "")) {
      await pulumi.log.error(`The namespace ${name} exists and is not this stack's: it was left as it is. ${remedy}`);
    }
    return false;
  });
  return new k8s.core.v1.Namespace(key, { metadata: { name } }, { ...opts, hooks: { onError: [taken] } }).metadata.name;
}
