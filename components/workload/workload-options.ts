import type * as pulumi from "@pulumi/pulumi";

/** How long a workload is waited for. */
export interface ReadyWithin {
  /**
   * How long its pods may take to be ready after a change, as Pulumi writes durations: `90s`, `10m`. After it, `pulumi up`
   * fails and names the pods that are not, each with its reason, such as an image that cannot be pulled. @default "10m"
   */
  readyWithin?: string;
}

/** The resource option that says so. */
export function readyWithin(args: ReadyWithin): pulumi.CustomTimeouts {
  const limit = args.readyWithin ?? "10m";
  return { create: limit, update: limit };
}

/**
 * Annotations of what students scale with `kubectl scale`, which then owns the number of replicas: without this, Pulumi's
 * next change of it would be refused as a conflict with that owner. With it, the program's word counts (server-side apply
 * with `force`, see `pulumi.com/patchForce` in Pulumi's manual of its Kubernetes provider). It concerns updates only:
 * objects that exist and are not the stack's are still an error.
 */
export const SCALED_BY_HAND = { "pulumi.com/patchForce": "true" };
