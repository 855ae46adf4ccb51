import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta, type Metadata } from "../metadata";
import { required } from "../required";
import { parseQuantity, quantityError } from "./quantity";

/** A bound on claims: how many, and how much they may ask for together. */
export interface ClaimLimit {
  /** Number of claims. Example: `2`. @default no bound */
  claims?: pulumi.Input<number>;
  /** Sum of what they request. Example: `128Mi`. @default no bound */
  storage?: pulumi.Input<string>;
}

export interface ClaimQuotaArgs extends ClaimLimit {
  /** The ResourceQuota's name. @default the component's own name */
  quotaName?: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** Bounds for the claims of one class, by its name; they count against the whole too. Example: `{ "nfs-client": { claims: 1 } }`. */
  classes?: Record<string, ClaimLimit>;
  /** Labels and annotations of the ResourceQuota. @default none */
  metadata?: Metadata;
}

/**
 * A ResourceQuota on a namespace's claims, with the class's name put where Kubernetes wants it. The API server refuses a
 * claim that goes over it when it is made. What is bounded is what claims request: how much they then write is up to the
 * storage, and NFS bounds nothing.
 */
export class ClaimQuota extends pulumi.ComponentResource {
  readonly quotaName: pulumi.Output<string>;
  readonly quota: k8s.core.v1.ResourceQuota;

  constructor(name: string, args: ClaimQuotaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:storage:ClaimQuota", name, required(`ClaimQuota ${name}`, args, { namespace: true }), opts);
    const bounds: Record<string, pulumi.Input<string>> = { ...limits("", args) };
    for (const [className, limit] of Object.entries(args.classes ?? {})) {
      Object.assign(bounds, limits(`${className}.storageclass.storage.k8s.io/`, limit));
    }
    const hard = checked(this, `ClaimQuota ${name}`, bounds, quotaError);
    this.quota = new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      {
        metadata: objectMeta({ name: args.quotaName ?? name, namespace: args.namespace }, args.metadata),
        spec: { hard },
      },
      { parent: this },
    );
    this.quotaName = this.quota.metadata.name;
    this.registerOutputs({ quotaName: this.quotaName });
  }
}

function limits(prefix: string, { claims, storage }: ClaimLimit): Record<string, pulumi.Input<string>> {
  return {
    ...(claims !== undefined && { [`${prefix}persistentvolumeclaims`]: text(claims) }),
    ...(storage !== undefined && { [`${prefix}requests.storage`]: storage }),
  };
}

/** Plain when it is plain, so that an error in it is found at once. */
function text(count: pulumi.Input<number>): pulumi.Input<string> {
  return typeof count === "number" ? String(count) : pulumi.output(count).apply(String);
}

function quotaError(hard: Record<string, string>): string | undefined {
  if (Object.keys(hard).length === 0) return "it bounds nothing: give claims, storage or classes";
  return Object.entries(hard)
    .map(([key, value]) => {
      const error = key.endsWith("persistentvolumeclaims") ? claimsError(value) : storageError(value);
      return error && `${key} ${error}`;
    })
    .find((error) => error !== undefined);
}

function claimsError(count: string): string | undefined {
  return /^\d+$/.test(count) ? undefined : `"${count}" is not a number of claims`;
}

/** Nothing at all is a bound, too. */
function storageError(size: string): string | undefined {
  return quantityError(size) ?? ((parseQuantity(size) ?? 0n) < 0n ? `"${size}" is less than nothing` : undefined);
}
