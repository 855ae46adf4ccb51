import { COURSE_NAMES, type CourseNames } from "../../stacks/course/course-names";

/** Names of the course's objects in the cluster at hand. The defaults are the course's own. */
export interface Settings {
  /** Namespace of the static volume's claim and of both Redis StatefulSets. */
  courseNamespace: string;
  /** The volume that is bound to its claim from both sides. */
  staticVolume: string;
  staticClaim: string;
  /** Namespace of the example of a dynamic claim. */
  dynamicNamespace: string;
  dynamicClaim: string;
  /** The StatefulSet whose claim was made before it. */
  redisExistingClaim: string;
  /** The StatefulSet that makes claims from a template. */
  redisTemplate: string;
  /** Namespace of the provisioner's Deployment, which is found by its label. */
  provisionerNamespace: string;
  provisionerLabels: string;
  /** What the classes and the volumes that are made for claims call the provisioner. */
  provisionerName: string;
  /**
   * The names of all provisioners that the infrastructure has made: those of further exports, and with a CSI driver of its
   * own that one's, too.
   */
  provisioners: string[];
  /** The classes of that provisioner. */
  storageClasses: string[];
  /** The export in which it makes directories, where the infrastructure has told it. */
  classExport?: { server: string; path: string };
  /** Static volumes on NFS: one whose claimRef names its claim, and one without, found by its class. */
  nfsShareVolume: string;
  nfsShareClaim: string;
  nfsUnreservedVolume: string;
  nfsUnreservedClaim: string;
  /** The same two on a node's own disk. */
  hostPathNamespace: string;
  hostPathVolume: string;
  hostPathClaim: string;
  hostPathUnreservedVolume: string;
  hostPathUnreservedClaim: string;
  /** Namespace of the course's smaller examples: nginx, the local volume and the two pairs of Redis. */
  exampleNamespace: string;
  nginxPod: string;
  nginxVolume: string;
  nginxClaim: string;
  /** The local volume, its claim, and the Deployment that uses it. */
  localClass: string;
  localVolume: string;
  localClaim: string;
  localDeployment: string;
  /** A class without provisioner that waits for a pod. */
  fastClass: string;
  /** StatefulSet, headless Service and Secret of MySQL. */
  mysql: string;
  wordpressEmptyDir: string;
  wordpressClaim: string;
  wordpressVolumeClaim: string;
  /** StatefulSet of the example with a template, and its headless Service. */
  redisHeadless: string;
  redisHeadlessService: string;
  /** StatefulSet and Service of the example whose replicas share one claim. */
  redisShared: string;
  redisSharedClaim: string;
  /** A Service with an address of its own, for the pods of `redisTemplate`. */
  clusterIpService: string;
  /** The pod of the projected volume, and what it is made of. */
  projectedPod: string;
  userSecret: string;
  passwordSecret: string;
  envSecret: string;
  configMap: string;
  quotaNamespace: string;
  quota: string;
  /** Namespace of the CSI driver. Its pods are found by their labels. */
  csiNamespace: string;
  csiControllerLabels: string;
  csiNodeLabels: string;
  /** Name of its CSIDriver object, which its classes and volumes name too. */
  csiDriver: string;
  csiClass: string;
  /** A claim and a StatefulSet of that class. */
  csiClaim: string;
  csiRedis: string;
  /** The cluster's DNS domain. */
  clusterDomain: string;
  /**
   * Image of the pods that exercises start: it needs sh, ls, cat, redis-cli, and nslookup or getent. By default that of
   * the course's Redis, which every node that ran it has.
   */
  toolsImage?: string;
}

/** What the exercises need of the infrastructure's outputs. */
interface InfrastructureNames extends Pick<Settings, "provisionerNamespace" | "provisionerName" | "storageClasses"> {
  csi: { driver: string; namespace: string };
}

const INFRASTRUCTURE_NAMES: InfrastructureNames = {
  provisionerNamespace: "nfs-provisioner",
  provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner",
  storageClasses: [COURSE_NAMES.storageClass, "nfs-client-retain"],
  csi: { driver: "nfs.csi.k8s.io", namespace: "csi-nfs" },
};

/** The course's own names. */
export const courseSettings: Settings = settingsFor(COURSE_NAMES, INFRASTRUCTURE_NAMES);

/**
 * The names of a course that a stack made, by the outputs of that stack and of its infrastructure (`pulumi stack output
 * --json`). What an output does not say, as those of earlier versions do not, is as the course has it.
 */
export function settingsOf(course: Record<string, unknown>, infrastructure: Record<string, unknown>): Settings {
  const { namespace, hostPath, quota, names } = course;
  // Of the names, earlier versions put out these alone.
  const earlier = completed(COURSE_NAMES, { namespace, hostPath, quota });
  const known = completed(INFRASTRUCTURE_NAMES, infrastructure);
  const named = completed(earlier, names);
  const further = furtherOf(infrastructure);
  const first = { ...known, storageClasses: known.storageClasses.filter((name) => !isOf(further, name)) };
  // The course's class decides which provisioner is looked at.
  const chosen = further.find(({ storageClasses }) => storageClasses.includes(named.storageClass));
  const settings = settingsFor(named, { ...first, ...chosen?.names });
  return {
    ...settings,
    provisioners: [
      known.provisionerName,
      ...further.flatMap(({ names: { provisionerName } }) => provisionerName || []),
      ...(infrastructure.csi ? [known.csi.driver] : []),
    ],
    classExport: exportIn(chosen?.outputs ?? infrastructure),
  };
}

/** The further exports of an infrastructure. */
function furtherOf({ additional }: Record<string, unknown>) {
  return Object.values((additional ?? {}) as Record<string, Record<string, unknown>>).map((outputs) => {
    const { provisionerNamespace, provisionerName, storageClasses } = completed(
      { provisionerNamespace: "", provisionerName: "", storageClasses: [] as string[] },
      outputs,
    );
    return { outputs, storageClasses, names: { provisionerNamespace, provisionerName, storageClasses } };
  });
}

function isOf(further: { storageClasses: string[] }[], name: string): boolean {
  return further.some(({ storageClasses }) => storageClasses.includes(name));
}

function exportIn({ nfs }: Record<string, unknown>): Settings["classExport"] {
  const { server, path } = completed({ server: "", path: "" }, nfs);
  return server === "" || path === "" ? undefined : { server, path };
}

/** What is known, with what is missing or of another kind from `defaults`, and nothing else. */
function completed<T>(defaults: T, known: unknown): T {
  if (Array.isArray(defaults)) return Array.isArray(known) ? (known as T) : defaults;
  if (typeof defaults !== "object" || defaults === null)
    return typeof known === typeof defaults ? (known as T) : defaults;
  const fields = (typeof known === "object" ? known : null) as Record<string, unknown> | null;
  return Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [key, completed(value as unknown, fields?.[key])]),
  ) as T;
}

function settingsFor(names: CourseNames, { csi, ...provisioner }: InfrastructureNames): Settings {
  return {
    courseNamespace: names.namespace,
    staticVolume: names.staticPair.volume,
    staticClaim: names.staticPair.claim,
    dynamicNamespace: names.exampleNamespace,
    dynamicClaim: names.dynamicExample.claim,
    redisExistingClaim: names.redisExistingClaim.statefulSet,
    redisTemplate: names.redisTemplate.statefulSet,
    provisionerLabels: "app=nfs-client-provisioner",
    provisioners: [provisioner.provisionerName],
    ...provisioner,
    classExport: undefined,
    nfsShareVolume: names.nfsShare.reserved.volume,
    nfsShareClaim: names.nfsShare.reserved.claim,
    nfsUnreservedVolume: names.nfsShare.unreserved.volume,
    nfsUnreservedClaim: names.nfsShare.unreserved.claim,
    hostPathNamespace: names.hostPath.namespace,
    hostPathVolume: names.hostPath.reserved.volume,
    hostPathClaim: names.hostPath.reserved.claim,
    hostPathUnreservedVolume: names.hostPath.unreserved.volume,
    hostPathUnreservedClaim: names.hostPath.unreserved.claim,
    exampleNamespace: names.exampleNamespace,
    nginxPod: names.nginx.pod,
    nginxVolume: names.nginx.volume,
    nginxClaim: names.nginx.claim,
    localClass: names.localVolume.storageClass,
    localVolume: names.localVolume.volume,
    localClaim: names.localVolume.claim,
    localDeployment: names.localVolume.deployment,
    fastClass: names.fastSsd.storageClass,
    mysql: names.mysql.name,
    wordpressEmptyDir: names.wordpress.onEmptyDir,
    wordpressClaim: names.wordpress.onClaim,
    wordpressVolumeClaim: names.wordpress.claim,
    redisHeadless: names.redisHeadless.statefulSet,
    redisHeadlessService: names.redisHeadless.service,
    redisShared: names.redisShared.statefulSet,
    redisSharedClaim: names.redisShared.claim,
    clusterIpService: names.clusterIpService.service,
    projectedPod: names.configuration.pod,
    userSecret: names.configuration.userSecret,
    passwordSecret: names.configuration.passwordSecret,
    envSecret: names.configuration.envSecret,
    configMap: names.configuration.configMap,
    quotaNamespace: names.quota.namespace,
    quota: names.quota.quota,
    csiNamespace: csi.namespace,
    csiControllerLabels: "app=csi-nfs-controller",
    csiNodeLabels: "app=csi-nfs-node",
    csiDriver: csi.driver,
    csiClass: names.csi.storageClass,
    csiClaim: names.csi.claim,
    csiRedis: names.csi.statefulSet,
    clusterDomain: "cluster.local",
  };
}
