import * as k8s from "@pulumi/kubernetes";

/** The cluster of a stack's config. Foreign objects of the same names are an error: nothing that exists is adopted. */
export function clusterProvider(config: { kubeconfig?: string; context?: string }): k8s.Provider {
  return new k8s.Provider("cluster", { kubeconfig: config.kubeconfig, context: config.context });
}
