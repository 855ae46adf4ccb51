import type { KubernetesObject, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { SECTION_MARK } from "../../stacks/mark-names";
import { apiKindOf, plain, type Deployment, type ObjectInputs } from "../pulumi/deployment";

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
}

/** The Kubernetes objects in a stack's state, without those that it only reads or is about to delete. */
export function declaredObjects(stack: string, deployment: Deployment | undefined): DeclaredObject[] {
  return (deployment?.resources ?? []).flatMap((resource): DeclaredObject[] => {
    if (!resource.type.startsWith("kubernetes:") || !resource.id || resource.external || resource.delete) return [];
    const inputs = plain(resource.inputs) as ObjectInputs;
    const [name = "", namespace] = resource.id.split("/").reverse();
    return [
      {
        stack,
        ...apiKindOf(resource.type),
        namespace,
        name,
        inputs,
        section: inputs.metadata?.annotations?.[SECTION_MARK],
      },
    ];
  });
}

/** As people name it: "StatefulSet shiqi/mysql". */
export function titleOf({ kind, namespace, name }: Pick<DeclaredObject, "kind" | "namespace" | "name">): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** Whether a stack declares the pod, or the controller that made it. A Deployment's pods are of a ReplicaSet named after it. */
export function isDeclaredPod({ metadata }: V1Pod, declared: DeclaredObject[]): boolean {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  return declared.some(({ kind, namespace, name }) => {
    if (namespace !== metadata?.namespace) return false;
    if (!owner) return kind === "Pod" && name === metadata?.name;
    if (owner.kind !== "ReplicaSet") return kind === owner.kind && name === owner.name;
    return kind === "Deployment" && owner.name.replace(/-[^-]+$/, "") === name;
  });
}

/** Whether a claim is one that the object, a StatefulSet, makes from its templates: `<template>-<set>-<number>`. */
export function makesClaim(
  object: Pick<DeclaredObject, "kind" | "namespace" | "name" | "inputs">,
  namespace: string | undefined,
  claim: string,
): boolean {
  if (object.kind !== "StatefulSet" || object.namespace !== namespace) return false;
  const { volumeClaimTemplates = [] } = (object.inputs as KubernetesObject as V1StatefulSet).spec ?? {};
  return volumeClaimTemplates.some(({ metadata }) => {
    const start = `${metadata?.name}-${object.name}-`;
    return claim.startsWith(start) && /^\d+$/.test(claim.slice(start.length));
  });
}
