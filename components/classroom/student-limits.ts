import type * as k8s from "@pulumi/kubernetes";
import { parseQuantity, quantityError, sizeError } from "../storage/quantity";

/** What the pods of a student may have together. */
export interface StudentCompute {
  /** Number of pods that run. */
  pods: number;
  cpu: string;
  memory: string;
  /** What containers write to their nodes: images' layers, logs and emptyDirs. */
  ephemeralStorage: string;
}

export const DEFAULT_COMPUTE: StudentCompute = { pods: 10, cpu: "2", memory: "1Gi", ephemeralStorage: "1Gi" };

/** Size that each claim of the teacher's Redis asks for; the rest of the capacity is for the student's claims. */
export const REDIS_REQUEST = "64Mi";

/** What a container gets that does not say what it wants. */
const CONTAINER = {
  default: { cpu: "200m", memory: "128Mi", "ephemeral-storage": "100Mi" },
  defaultRequest: { cpu: "10m", memory: "32Mi", "ephemeral-storage": "10Mi" },
};

/**
 * How many there may be of what takes a place in the cluster's database, or an address. `count/pods` counts those that have
 * ended, too; the cluster removes such pods only when there are thousands.
 */
const COUNTS = {
  "count/pods": 50,
  services: 10,
  "services.nodeports": 0,
  "services.loadbalancers": 0,
  secrets: 20,
  configmaps: 20,
  "count/statefulsets.apps": 10,
  "count/deployments.apps": 10,
  "count/replicasets.apps": 30,
  "count/controllerrevisions.apps": 50,
  "count/jobs.batch": 20,
};

/** Bounds of a namespace. */
export interface StudentLimits {
  capacity: string;
  /** Number of claims. */
  claims: number;
  /** StorageClasses that claims may name. */
  claimClasses: string[];
  compute: StudentCompute;
}

/** Why a student cannot have these bounds. */
export function limitsError({ capacity, claims, compute }: StudentLimits): string | undefined {
  const { pods, cpu, memory, ephemeralStorage } = compute;
  const sizes = { capacity, "compute.memory": memory, "compute.ephemeralStorage": ephemeralStorage };
  const wrong = Object.entries(sizes).find(([, size]) => sizeError(size) !== undefined);
  if (wrong !== undefined) return `${wrong[0]}: ${sizeError(wrong[1])}`;
  if (quantityError(cpu) !== undefined) return `compute.cpu: ${quantityError(cpu)}`;
  if (!Number.isInteger(pods) || pods < 3)
    return `compute.pods: ${pods} is less than the two Redis and one of the student`;
  if (!Number.isInteger(claims) || claims < 3)
    return `claims: ${claims} is less than those of the two Redis and one of the student`;
  const least = { capacity: "192Mi", "compute.memory": "288Mi", "compute.ephemeralStorage": "300Mi" };
  const small = Object.entries(least).find(([key, size]) => value(sizes[key as keyof typeof sizes]) < value(size));
  return (
    small &&
    `${small[0]}: "${sizes[small[0] as keyof typeof sizes]}" leaves nothing besides the two Redis: give at least ${small[1]}`
  );
}

function value(size: string): bigint {
  return parseQuantity(size) ?? 0n;
}

/** The spec of the ResourceQuota. */
export function quotaSpec({ capacity, claims, claimClasses, compute }: StudentLimits): {
  hard: Record<string, string>;
} {
  const { pods, cpu, memory, ephemeralStorage } = compute;
  const counts = Object.entries(COUNTS).map(([key, count]) => [key, String(count)]);
  const classes = claimClasses.flatMap((name) => [
    [`${name}.storageclass.storage.k8s.io/requests.storage`, capacity],
    [`${name}.storageclass.storage.k8s.io/persistentvolumeclaims`, String(claims)],
  ]);
  return {
    hard: {
      pods: String(pods),
      "requests.cpu": cpu,
      "limits.cpu": cpu,
      "requests.memory": memory,
      "limits.memory": memory,
      "requests.ephemeral-storage": ephemeralStorage,
      "limits.ephemeral-storage": ephemeralStorage,
      "requests.storage": capacity,
      persistentvolumeclaims: String(claims),
      ...(Object.fromEntries(classes) as Record<string, string>),
      ...(Object.fromEntries(counts) as Record<string, string>),
    },
  };
}

/** The spec of the LimitRange: the quota refuses containers without limits. */
export function limitRangeSpec(): k8s.types.input.core.v1.LimitRangeSpec {
  return { limits: [{ type: "Container", ...CONTAINER }] };
}
