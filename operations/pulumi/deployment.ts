import type { HostCheck } from "../../components/index";

/** What is needed here of a resource in Pulumi's state. */
export interface Resource {
  urn: string;
  /** URN of the resource that it is part of. */
  parent?: string;
  type: string;
  id?: string;
  inputs?: ObjectInputs;
  outputs?: Record<string, unknown>;
  /** Read by the program, and made by somebody else. */
  external?: boolean;
  /** Replaced by another one, and still to be deleted. */
  delete?: boolean;
  pendingReplacement?: boolean;
}

/** The inputs of a Kubernetes object. */
export interface ObjectInputs {
  metadata?: { name?: string; namespace?: string; annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** What is needed here of a stack's state, as `pulumi stack export` writes it. */
export interface Deployment {
  manifest?: { time?: string };
  resources?: Resource[];
  pending_operations?: { type: string; resource: Resource }[];
}

/** The API version and kind that Pulumi's type of an object names: "kubernetes:apps/v1:StatefulSet". */
export function apiKindOf(type: string): { apiVersion: string; kind: string } {
  const [, groupVersion = "", kind = ""] = type.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

/** The key by which Pulumi's state tells a secret from an object; the value is always the same. */
const SECRET_KEY = "4dabf18193072939515e22adb298388d";

/** A value of the state with its secrets in plain text, where it was exported with them. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_KEY in value) return JSON.parse((value as { plaintext?: string }).plaintext ?? "null");
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

/** What the stack's program returned at its last `pulumi up`; undefined where it never came to its end. */
export function outputsOf(deployment: Deployment | undefined): Record<string, unknown> | undefined {
  const stack = deployment?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  return plain(stack?.outputs) as Record<string, unknown> | undefined;
}

/** The stack that this one reads its infrastructure from. */
export function referenceOf(deployment: Deployment | undefined): string | undefined {
  return deployment?.resources?.find(({ type }) => type === "pulumi:pulumi:StackReference")?.id;
}

/** The checks that a stack's state hands out: none where nothing was made, undefined where they should be there. */
export function hostChecksOf(deployment: Deployment | undefined): HostCheck[] | undefined {
  if (!deployment?.resources?.length) return [];
  return outputsOf(deployment)?.hostChecks as HostCheck[] | undefined;
}
