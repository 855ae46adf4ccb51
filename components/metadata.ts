import * as pulumi from "@pulumi/pulumi";

/** Labels or annotations. */
export type Texts = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What a program adds to the Kubernetes objects that a component makes. */
export interface Metadata {
  /** A label that the component sets itself keeps the component's value. Example: `{ "example.com/team": "storage" }`. */
  labels?: Texts;
  /** Like the labels. Example: `{ "example.com/owner": "physics" }`. */
  annotations?: Texts;
}

/** Name, namespace, labels and annotations of one object of a component. */
export interface OwnMetadata {
  name: pulumi.Input<string>;
  namespace?: pulumi.Input<string>;
  labels?: Texts;
  annotations?: Texts;
}

/** The `metadata` of an object: the component's own, and next to it what the program adds; the component's own wins. */
export function objectMeta(own: OwnMetadata, metadata: Metadata = {}): OwnMetadata {
  return {
    ...own,
    labels: merged(metadata.labels, own.labels),
    annotations: merged(metadata.annotations, own.annotations),
  };
}

function merged(added: Texts | undefined, own: Texts | undefined): Texts | undefined {
  if (added === undefined || own === undefined) return added ?? own;
  return pulumi.all([added, own]).apply(([a, o]) => ({ ...a, ...present(o) }));
}

/** Without what comes out undefined: such a label is not one that the component sets. */
function present(texts: Record<string, string | undefined> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The labels of an object's pods. Annotations stay with the object, so that a change of them restarts no pod. */
export function podLabels(own: Texts | undefined, metadata: Metadata = {}): Texts | undefined {
  return merged(metadata.labels, own);
}
