import { createHash } from "node:crypto";
import type { KubernetesObject } from "@kubernetes/client-node";
import { CLASS_LABEL, STUDENT_LABEL } from "../../components/index";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import type { ApiKind } from "../../exercises/cluster/discovery";
import type { Kind } from "../../exercises/cluster/kinds";

/** The kinds of a student's objects that Pulumi makes. */
const KINDS: Kind[] = [
  "Namespace",
  "ResourceQuota",
  "LimitRange",
  "ServiceAccount",
  "RoleBinding",
  "ClusterRole",
  "ClusterRoleBinding",
  "NetworkPolicy",
  "Secret",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Service",
  "StatefulSet",
];

/** All students' objects that a class has in the cluster: one list a kind. */
export async function classObjects(cluster: Cluster, className: string): Promise<KubernetesObject[]> {
  const lists = KINDS.map(async (kind) => {
    const found = await cluster.list(kind, { labels: `${CLASS_LABEL}=${className},${STUDENT_LABEL}` });
    return found.map((object) => ({ ...object, kind }));
  });
  return (await Promise.all(lists)).flat();
}

/** The kinds of what a class has once. */
const SHARED: ApiKind[] = [
  { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" },
  { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
  { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
];

/** What a class has once in the cluster: without its policies nothing keeps students apart. */
export async function sharedObjects(cluster: Cluster, className: string): Promise<KubernetesObject[]> {
  const lists = SHARED.map(async ({ apiVersion, kind }) => {
    const found = await cluster.listAny(apiVersion, kind);
    return found
      .filter(({ metadata }) => metadata?.labels?.[CLASS_LABEL] === className && !metadata.labels[STUDENT_LABEL])
      .map((object) => ({ ...object, kind }));
  });
  return (await Promise.all(lists)).flat();
}

/** The student that an object belongs to. */
export function studentOf({ metadata }: KubernetesObject): string | undefined {
  return metadata?.labels?.[STUDENT_LABEL];
}

/** One text for what was asked of objects, and which they are: the same as long as nobody changes or replaces any. */
export function digest(objects: KubernetesObject[]): string {
  const lines = objects.map((object) => {
    const { kind = "", metadata = {}, ...fields } = object as KubernetesObject & { status?: unknown };
    const { namespace = "", name = "", uid, labels, annotations, deletionTimestamp } = metadata;
    delete fields.status;
    delete fields.apiVersion;
    return sorted({ kind, namespace, name, uid, labels, annotations, deletionTimestamp, ...fields });
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

/** JSON whose keys are in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([one], [other]) => (one < other ? -1 : 1)))
      : field,
  );
}
