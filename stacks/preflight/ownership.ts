import type { KubernetesObject } from "@kubernetes/client-node";
import { STACK_MARK } from "../mark-names";
import type { StateObject } from "../own-state";

/** Whose the objects of a stack are. */
export interface Ownership {
  /** What the stack's state has. */
  objects: StateObject[];
  /** What the mark of its objects says: `PROJECT/STACK`. */
  stack: string;
}

/** The stack that an object is marked with. */
export function markOf({ metadata }: KubernetesObject): string | undefined {
  return metadata?.annotations?.[STACK_MARK];
}

/** Whether the stack has made the object: the mark says so, or the state. */
export function isOf({ objects, stack }: Ownership, kind: string, object: KubernetesObject): boolean {
  const { name, namespace } = object.metadata ?? {};
  return (
    markOf(object) === stack ||
    objects.some((each) => each.kind === kind && each.name === name && each.namespace === namespace)
  );
}
