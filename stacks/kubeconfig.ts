import { homedir } from "node:os";
import type { KubeConfig } from "@kubernetes/client-node";

/** How a config names its cluster. This file needs nothing of the stacks, so that the exercises can use it too. */
export interface ClusterConfig {
  /** Path of a kubeconfig file, or its content. @default $KUBECONFIG, else ~/.kube/config, else a pod's service account */
  kubeconfig?: string;
  /** @default the kubeconfig's current one */
  context?: string;
}

/** The path that a kubeconfig is given as, which may begin with `~`; undefined where its content is given. */
export function kubeconfigPath(given: string): string | undefined {
  return /\n|^\{/.test(given) ? undefined : given.replace(/^~(?=\/)/, homedir());
}

/**
 * Reads what a config names, as Pulumi's Kubernetes provider does, and returns the address of its API server. Throws where
 * it cannot be read, has no such context, or names no cluster.
 *
 * @param client An empty one, which is filled in: its module is left to the caller, as it takes part of a second to load.
 */
export function readKubeconfig(client: KubeConfig, { kubeconfig, context }: ClusterConfig): string {
  try {
    const path = kubeconfig === undefined ? undefined : kubeconfigPath(kubeconfig);
    if (kubeconfig === undefined) client.loadFromDefault();
    else if (path === undefined) client.loadFromString(kubeconfig);
    else client.loadFromFile(path);
  } catch (error) {
    // Of one that is not YAML, the lines after the first quote what is in it.
    throw new Error(`cannot read the kubeconfig: ${(error as Error).message.split("\n")[0]}`);
  }
  if (context !== undefined) {
    const names = client.getContexts().map(({ name }) => name);
    if (!names.includes(context)) {
      throw new Error(`the kubeconfig has no context ${context}: it has ${names.join(", ") || "none"}`);
    }
    client.setCurrentContext(context);
  }
  const server = client.getCurrentCluster()?.server;
  // The client makes this one up where it finds no kubeconfig.
  if (!server || server === "http://localhost:8080") throw new Error("no kubeconfig names a cluster");
  return server;
}
