import { bareAddress } from "../../components/index";
import type { ClusterPlan, NeededObject } from "../preflight/cluster-checks";
import type { ClassInfrastructure } from "./class-infrastructure";
import { namespaceObjects } from "../preflight/planned-objects";
import { classroomRights, shardRights } from "../preflight/rights";
import { classroomRemedy, shardRemedy } from "./classroom-remedy";
import { type ClassroomConfig, storageClassOf } from "./classroom-schema";

const RBAC = { apiVersion: "rbac.authorization.k8s.io/v1" };
const STORAGE = { apiVersion: "storage.k8s.io/v1" };
const ADMISSION = { apiVersion: "admissionregistration.k8s.io/v1" };

/** What a class has policies about. */
const POLICIES = ["volumes", "claims", "pods", "services", "secrets", "finalizers"];

/**
 * What the program `classroom` needs of its cluster.
 *
 * @param infrastructure Its nodes are compared with the cluster's. @default not known yet
 */
export function classroomPlan(
  config: ClassroomConfig,
  { nodes, csiDriver = config.csiDriver }: Partial<Pick<ClassInfrastructure, "nodes" | "csiDriver">> = {},
): ClusterPlan {
  const storageClass = storageClassOf(config);
  return {
    key: "storage-lab:classroom.kubeconfig",
    rights: classroomRights(config),
    objects: [
      { ...RBAC, kind: "ClusterRole", name: `${config.class}-student`, resource: "classroom-student" },
      ...POLICIES.flatMap((subject) =>
        ["Policy", "PolicyBinding"].map((kind) => ({
          ...ADMISSION,
          kind: `ValidatingAdmission${kind}`,
          name: `${config.class}-${subject}`,
          resource: `classroom-${subject}`,
        })),
      ),
      ...(storageClass === undefined
        ? []
        : [{ ...STORAGE, kind: "StorageClass", name: storageClass, resource: "classroom-class" }]),
    ],
    needed: neededObjects(config, csiDriver),
    release: { minor: 30, has: "ValidatingAdmissionPolicies" },
    remedy: classroomRemedy,
    hosts: config.podFirewall ? nodes?.flatMap(({ name = "", host }) => [name, bareAddress(host)]) : undefined,
    uncovered: {
      state: "missing",
      remedy:
        "Add it to nodes of the infrastructure (by name or address as the cluster has it), or keep pods off it: there a pod with an NFS " +
        "client of its own would read every student's directory. To accept that: storage-lab:classroom.podFirewall: false",
    },
  };
}

function neededObjects(
  { dynamic, otherClasses, priorityClasses }: ClassroomConfig,
  csiDriver?: string,
): NeededObject[] {
  const remedy = (key: string, file: string) =>
    `Correct storage-lab:classroom.${key} (kubectl get ${file} shows what is there)`;
  return [
    ...(dynamic && csiDriver !== undefined
      ? [{ ...STORAGE, kind: "CSIDriver", name: csiDriver, remedy: remedy("csiDriver", "csidrivers") }]
      : []),
    ...otherClasses.map((name, index) => ({
      ...STORAGE,
      kind: "StorageClass",
      name,
      remedy: remedy(`otherClasses[${index}]`, "storageclasses"),
    })),
    ...priorityClasses.map((name, index) => ({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      name,
      remedy: remedy(`priorityClasses[${index}]`, "priorityclasses"),
    })),
  ];
}

/** What the program `shard` needs of its cluster; the names of its students' namespaces where they are known. */
export function shardPlan(namespaces: string[] = []): ClusterPlan {
  return {
    key: "storage-lab:shard.kubeconfig",
    rights: shardRights(),
    objects: namespaceObjects(namespaces.map((name) => ({ resource: name, name }))),
    remedy: shardRemedy,
  };
}
