import type { ClassroomConfig, CourseConfig, InfrastructureConfig } from "../config-schema";
import { type CourseNames, courseNames, SHARED_NAMESPACE } from "../course/course-names";
import type { SectionName } from "../course/sections";
import type { Right } from "../cluster-reader";
import { plannedNamespaces } from "../planned-namespaces";
import { given, storageParts } from "../storage-parts";

const RBAC = "rbac.authorization.k8s.io";
const STORAGE = "storage.k8s.io";

/** To make, change and delete objects: of the kinds, each written as kubectl takes it (`deployments.apps`). */
function made(kinds: string[], namespace?: string): Right[] {
  return kinds.flatMap((kind) => {
    const [resource = "", ...group] = kind.split(".");
    return ["create", "patch", "delete"].map((verb) => ({ verb, group: group.join("."), resource, namespace }));
  });
}

/** To see whether workloads become ready. */
const watched = (namespace: string): Right => ({ verb: "list", group: "", resource: "pods", namespace });

/**
 * What the program `infrastructure` needs to be allowed. Asked for each namespace, where a right may be given for that
 * alone; without what only looks are made with, `pulumi up` goes on.
 */
export function infrastructureRights(config: InfrastructureConfig): Right[] {
  const { csi, nodePods } = config;
  const parts = storageParts(config);
  const ofParts = parts.flatMap(({ name, provisioner, mountOptions }) => {
    const { namespace } = provisioner;
    const mounts = given(provisioner.mountOptions ?? mountOptions) !== undefined;
    return [
      ...made(["serviceaccounts", `roles.${RBAC}`, `rolebindings.${RBAC}`, "deployments.apps"], namespace),
      watched(namespace),
      ...(mounts ? [...made(["persistentvolumes"]), ...made(["persistentvolumeclaims"], namespace)] : []),
      ...(nodePods ? proofRights(name === undefined ? nodePods.namespace : `${nodePods.namespace}-${name}`) : []),
    ];
  });
  return distinct([
    ...(plannedNamespaces(config).some(({ own }) => own?.create) ? made(["namespaces"]) : []),
    ...made([`clusterroles.${RBAC}`, `clusterrolebindings.${RBAC}`, `storageclasses.${STORAGE}`]),
    ...ofParts,
    ...(csi
      ? [
          ...made([`csidrivers.${STORAGE}`]),
          ...made(
            ["serviceaccounts", `roles.${RBAC}`, `rolebindings.${RBAC}`, "deployments.apps", "daemonsets.apps"],
            csi.namespace,
          ),
          watched(csi.namespace),
        ]
      : []),
  ]);
}

function proofRights(namespace: string): Right[] {
  return [
    ...made(["persistentvolumes"]),
    ...made(["persistentvolumeclaims", "configmaps", "daemonsets.apps"], namespace),
    watched(namespace),
  ];
}

/** Kinds of a section's objects: cluster-wide ones, and those in a namespace. */
interface SectionKinds {
  cluster?: string[];
  /** In the namespace of the course. */
  own?: string[];
  /** In that of the examples. */
  example?: string[];
}

const CLAIMS = ["persistentvolumeclaims"];
const SET = ["services", "statefulsets.apps"];

const SECTION_KINDS: Record<Exclude<SectionName, "hostPath" | "quota">, SectionKinds> = {
  staticPair: { cluster: ["persistentvolumes"], own: CLAIMS },
  redisExistingClaim: { cluster: ["persistentvolumes"], own: [...CLAIMS, ...SET] },
  redisTemplate: { own: SET },
  dynamicExample: { example: CLAIMS },
  redisHeadless: { example: SET },
  redisShared: { example: [...CLAIMS, ...SET] },
  clusterIpService: { own: ["services"] },
  mysql: { own: [...SET, "secrets"] },
  wordpress: { own: [...CLAIMS, "deployments.apps"] },
  nginx: { cluster: ["persistentvolumes"], example: [...CLAIMS, "pods"] },
  configuration: { own: ["secrets", "configmaps", "pods"] },
  nfsShare: { cluster: ["persistentvolumes"], own: CLAIMS },
  localVolume: {
    cluster: ["persistentvolumes", `storageclasses.${STORAGE}`],
    own: ["jobs.batch"],
    example: [...CLAIMS, "deployments.apps"],
  },
  fastSsd: { cluster: [`storageclasses.${STORAGE}`] },
  csi: { own: [...CLAIMS, ...SET] },
};

/** What the program `course` needs to be allowed; the directories on an export that existed are known only later. */
export function courseRights(config: CourseConfig): Right[] {
  const names: CourseNames = courseNames(config);
  const { sections } = config;
  const isMade = config.createNamespace || names.exampleNamespace !== SHARED_NAMESPACE;
  const ofSections = Object.entries(SECTION_KINDS).flatMap(([name, { cluster = [], own = [], example = [] }]) =>
    sections[name as SectionName]
      ? [...made(cluster), ...inNamespace(own, names.namespace), ...inNamespace(example, names.exampleNamespace)]
      : [],
  );
  return distinct([
    ...(isMade || sections.hostPath || sections.quota ? made(["namespaces"]) : []),
    ...ofSections,
    ...(sections.hostPath ? [...made(["persistentvolumes"]), ...made(CLAIMS, names.hostPath.namespace)] : []),
    ...(sections.quota ? made(["resourcequotas"], names.quota.namespace) : []),
  ]);
}

const ADMISSION = "admissionregistration.k8s.io";

/** What the program `classroom` needs to be allowed. */
export function classroomRights({ dynamic }: ClassroomConfig): Right[] {
  return made([
    `clusterroles.${RBAC}`,
    `validatingadmissionpolicies.${ADMISSION}`,
    `validatingadmissionpolicybindings.${ADMISSION}`,
    ...(dynamic ? [`storageclasses.${STORAGE}`] : []),
  ]);
}

/** What the program `shard` needs to be allowed: in namespaces that are still to be made, so in all. */
export function shardRights(): Right[] {
  return made([
    "namespaces",
    "resourcequotas",
    "limitranges",
    "serviceaccounts",
    `rolebindings.${RBAC}`,
    `clusterroles.${RBAC}`,
    `clusterrolebindings.${RBAC}`,
    "networkpolicies.networking.k8s.io",
    "secrets",
    "services",
    "persistentvolumes",
    "persistentvolumeclaims",
    "statefulsets.apps",
  ]);
}

const WORKLOAD = /^pods$|\.(apps|batch)$/;

function inNamespace(kinds: string[], namespace: string): Right[] {
  return [...made(kinds, namespace), ...(kinds.some((kind) => WORKLOAD.test(kind)) ? [watched(namespace)] : [])];
}

function distinct(rights: Right[]): Right[] {
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}
