import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Metadata, objectMeta, type Texts } from "../metadata";

interface NamespaceSettings {
  namespace: pulumi.Input<string>;
  /** @default true */
  createNamespace?: boolean;
  metadata?: Metadata;
  /** The component's own labels of a namespace that is made here. @default none */
  labels?: Texts;
}

/** The namespace that a component works in: the resource where it is made here, and its name in any case. */
export function ownNamespace(
  parent: pulumi.ComponentResource,
  name: string,
  { namespace, createNamespace = true, metadata, labels }: NamespaceSettings,
): { made: k8s.core.v1.Namespace | undefined; namespaceName: pulumi.Output<string> } {
  const made = createNamespace
    ? new k8s.core.v1.Namespace(
        `${name}-namespace`,
        { metadata: objectMeta({ name: namespace, labels }, metadata) },
        { parent },
      )
    : undefined;
  const known = made ?? existing(parent, name, namespace);
  return { made, namespaceName: known?.metadata.name ?? pulumi.output(namespace) };
}

/** Read under the name of the resource that makes it, so that one which was made here is no longer the engine's to delete. */
function existing(
  parent: pulumi.ComponentResource,
  name: string,
  namespace: pulumi.Input<string>,
): k8s.core.v1.Namespace | undefined {
  // Another resource's output may be of a namespace that a preview cannot read yet.
  if (typeof namespace !== "string") return undefined;
  return k8s.core.v1.Namespace.get(`${name}-namespace`, namespace, { parent });
}
