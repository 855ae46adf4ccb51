import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * The cluster of a stack's config. Foreign objects of the same names are an error: nothing that exists is adopted.
 *
 * @param opts With `dependsOn`, nothing is made in the cluster before that is there.
 */
export function clusterProvider(
  config: { kubeconfig?: string; context?: string },
  opts?: pulumi.ResourceOptions,
): k8s.Provider {
  return new k8s.Provider("cluster", { kubeconfig: config.kubeconfig, context: config.context }, opts);
}
