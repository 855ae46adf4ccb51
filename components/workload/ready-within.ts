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
