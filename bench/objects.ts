import { Pulumi } from "../operations/pulumi/pulumi";
import { apiKindOf, plain } from "../operations/pulumi/deployment";

/** An object as a stack's state has it. */
export interface ClassObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; ownerReferences?: unknown };
  [field: string]: unknown;
}

/**
 * The students' objects that stacks have made, as their programs declare them. Without the owners of the volumes, which are
 * namespaces by their uid: what is made again has another one.
 */
export async function objectsOf(pulumi: Pulumi, stacks: string[]): Promise<ClassObject[]> {
  const found: ClassObject[] = [];
  for (const stack of stacks) {
    const state = await pulumi.state(stack);
    for (const { type, inputs } of state?.resources ?? []) {
      if (!type.startsWith("kubernetes:") || inputs?.metadata === undefined) continue;
      const object = { ...(plain(inputs) as object), ...apiKindOf(type) } as ClassObject;
      found.push({ ...object, metadata: { ...object.metadata, ownerReferences: undefined } });
    }
  }
  // As a directory of manifests has them: namespaces come first.
  return found.sort((one, other) => Number(other.kind === "Namespace") - Number(one.kind === "Namespace"));
}

/** The objects as kubectl reads them. */
export const listOf = (items: ClassObject[]): string => JSON.stringify({ apiVersion: "v1", kind: "List", items });
