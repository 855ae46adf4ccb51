import * as pulumi from "@pulumi/pulumi";

/** A Kubernetes object as this stack's own state has it. */
export interface StateObject {
  kind: string;
  /** What Pulumi calls it. */
  resource: string;
  name: string;
  /** Not for cluster-wide objects. */
  namespace?: string;
}

/** The outputs of each resource in this stack's own state, by URN: what earlier runs left, also those that failed. */
export async function ownOutputs<T>(): Promise<[urn: string, outputs: T][]> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const invoke = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const resources = ((await invoke) as { outputs: Record<string, { outputs: T }> }).outputs;
  return Object.entries(resources).map(([urn, { outputs }]) => [urn, outputs]);
}

/** The Kubernetes objects among them, also those that are only read. */
export async function ownObjects(): Promise<StateObject[]> {
  const resources = await ownOutputs<{ metadata?: { name: string; namespace?: string } }>();
  return resources.flatMap(([urn, { metadata }]) => {
    const [, , type = "", resource = ""] = urn.split("::");
    const kind = /(?:^|\$)kubernetes:[^$]*:(\w+)$/.exec(type)?.[1];
    if (kind === undefined || metadata === undefined) return [];
    return [{ kind, resource, name: metadata.name, namespace: metadata.namespace }];
  });
}
