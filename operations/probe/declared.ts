import { SECTION_MARK } from "../../stacks/mark-names";
import { plain, type Deployment, type ObjectInputs } from "../pulumi/deployment";

/** A Kubernetes object that a stack has made, with what the program wants it to be. */
export interface DeclaredObject {
  stack: string;
  apiVersion: string;
  kind: string;
  /** Undefined for what is in no namespace. */
  namespace?: string;
  name: string;
  inputs: ObjectInputs;
  /** The section of the course that made it, if one did. */
  section?: string;
  /** The version of it that Pulumi saw last. */
  resourceVersion?: string;
}

/** The Kubernetes objects in a stack's state, without those that it only reads or is about to delete. */
export function declaredObjects(stack: string, deployment: Deployment | undefined): DeclaredObject[] {
  return (deployment?.resources ?? []).flatMap((resource): DeclaredObject[] => {
    if (!resource.type.startsWith("kubernetes:") || !resource.id || resource.external || resource.delete) return [];
    const inputs = plain(resource.inputs) as ObjectInputs;
    const live = resource.outputs?.metadata as { resourceVersion?: string } | undefined;
    const [name = "", namespace] = resource.id.split("/").reverse();
    const [, groupVersion = "", kind = ""] = resource.type.split(":");
    return [
      {
        stack,
        apiVersion: groupVersion.replace(/^core\//, ""),
        kind,
        namespace,
        name,
        inputs,
        section: inputs.metadata?.annotations?.[SECTION_MARK],
        resourceVersion: live?.resourceVersion,
      },
    ];
  });
}

/** As people name it: "StatefulSet shiqi/mysql". */
export function titleOf({ kind, namespace, name }: Pick<DeclaredObject, "kind" | "namespace" | "name">): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
