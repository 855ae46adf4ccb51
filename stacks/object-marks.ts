import * as pulumi from "@pulumi/pulumi";
import { tellError } from "../components/index";
import { SECTION_MARK, STACK_MARK } from "./mark-names";

/** A Kubernetes object of a stack, as an error about it needs it. */
export interface ClusterObject {
  kind: string;
  name: string;
  /** Not for cluster-wide objects. */
  namespace: string | undefined;
  /** What Pulumi calls it in this stack. */
  resource: string;
}

type Texts = Record<string, pulumi.Input<string>>;

let section: string | undefined;

/** What `make` makes, and all that belongs to it, is marked as the section's. */
export function inSection<T>(name: string, make: () => T): T {
  section = name;
  try {
    return make();
  } finally {
    section = undefined;
  }
}

/**
 * From here on, each Kubernetes object of the stack is annotated with the stack and its section; pods of a controller and
 * claims of a template are not, since a change of them would replace what runs. An object of the same name that is there
 * and not this stack's stays as it is, and the error says so.
 *
 * @param remedy How to give the object another name.
 */
export function markObjects(remedy: (object: ClusterObject) => string): void {
  const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
  const taken = new pulumi.ErrorHook("object-exists", async (failed) => {
    const sentence = existsAlready(failed, remedy);
    if (sentence !== undefined) await tellError(sentence);
    return false;
  });
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    // What has an id is only read.
    if (!type.startsWith("kubernetes:") || (opts as pulumi.CustomResourceOptions).id !== undefined) return undefined;
    const marks = { [STACK_MARK]: stack, ...(section !== undefined && { [SECTION_MARK]: section }) };
    const { metadata } = props as { metadata: { annotations?: pulumi.Input<Texts> } };
    return {
      props: { ...props, metadata: { ...metadata, annotations: withMarks(metadata.annotations, marks) } },
      opts: { ...opts, hooks: { ...opts.hooks, onError: [...(opts.hooks?.onError ?? []), taken] } },
    };
  });
}

/** What to say of an operation that failed because of an object that is not this stack's; undefined if that is not why. */
export function existsAlready(
  { errors, type, name: resource, newInputs }: Pick<pulumi.ErrorHookArgs, "errors" | "type" | "name" | "newInputs">,
  remedy: (object: ClusterObject) => string,
): string | undefined {
  if (!/already exists/i.test(errors[0] ?? "")) return undefined;
  const { name, namespace } = newInputs?.metadata as { name: string; namespace?: string };
  const object = { kind: type.split(":").at(-1) ?? "", name, namespace };
  return `${foreignObject(object)} ${remedy({ ...object, resource })}`;
}

/** The sentence about an object that has the name of one of this stack's, and is not its own. */
export function foreignObject({ kind, name, namespace }: Omit<ClusterObject, "resource">): string {
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  return `The ${kind === "Namespace" ? "namespace" : kind} ${path} exists and is not this stack's: it was left as it is.`;
}

function withMarks(annotations: pulumi.Input<Texts> | undefined, marks: Texts): pulumi.Input<Texts> {
  return annotations === undefined ? marks : pulumi.output(annotations).apply((own) => ({ ...own, ...marks }));
}
