/** The namespace that every cluster has. */
export const SHARED_NAMESPACE = "default";

/** What a course's config says about names. Each that is left out is the course's own. */
export interface NameSettings {
  /**
   * Goes before every name that another course could have too: of cluster-wide objects, directories on the NAS, folders on
   * nodes, and of what is in `exampleNamespace`. @default ""
   */
  namePrefix?: string;
  /** @default `shiqi`, after the prefix */
  namespace?: string;
  /** Shared with others, so that names in it get the prefix. @default "default" */
  exampleNamespace?: string;
  /** @default `test`, after the prefix */
  hostPathNamespace?: string;
  /** @default `shiqi-quota`, after the prefix */
  quotaNamespace?: string;
  /** @default "nfs-client" */
  storageClass?: string;
  /** @default "nfs-csi" */
  csiStorageClass?: string;
}

/**
 * What the course's objects are called, by section. Data alone: this file imports nothing, so that the exercises, which
 * need a kubeconfig and nothing else, can read it too.
 */
export function courseNames(settings: NameSettings = {}) {
  const { namePrefix: prefix = "" } = settings;
  return {
    /** Namespace of the course. */
    namespace: settings.namespace ?? `${prefix}shiqi`,
    /** Namespace of its smaller examples. */
    exampleNamespace: settings.exampleNamespace ?? SHARED_NAMESPACE,
    /** Class of the dynamic claims. */
    storageClass: settings.storageClass ?? "nfs-client",

    /** The Job that makes the directories of static volumes on an export that existed, in the provisioner's namespace. */
    directories: { job: `${prefix}course-directories` },
    staticPair: { directory: `${prefix}shiqi-redis`, volume: `${prefix}pv-shiqi-redis`, claim: "pvc-shiqi-redis" },
    redisExistingClaim: {
      directory: `${prefix}shiqi-redis-exist-pvc`,
      volume: `${prefix}pv-shiqi-redis-exist-pvc`,
      claim: "pvc-shiqi-redis-exist-pvc",
      podVolume: "volume-shiqi-redis-exist-pvc",
      statefulSet: "statefulset-redis-exist-pvc",
      service: "redis-exist-pvc",
    },
    redisTemplate: {
      statefulSet: "statefulset-redis-not-exist-pvc",
      service: "redis-not-exist-pvc",
      template: "pvc-shiqi",
    },
    dynamicExample: { claim: `${prefix}pvc-dynamic-example` },
    redisHeadless: {
      statefulSet: `${prefix}redis-statefulset`,
      service: `${prefix}redis-headless`,
      app: `${prefix}redis`,
      template: "redis-data",
    },
    redisShared: {
      statefulSet: `${prefix}redis-statefulset-pvc`,
      service: `${prefix}redis-headless-pvc`,
      app: `${prefix}redis-pvc`,
      claim: `${prefix}redis-pvc`,
      podVolume: "redis-data",
    },
    clusterIpService: { service: "redis-not-exist-pvc-clusterip" },
    /** One name for StatefulSet, headless Service and Secret. */
    mysql: { name: "mysql", template: "data" },
    wordpress: { onEmptyDir: "wordpress-emptydir", onClaim: "wordpress-claim", claim: "pvc-wordpress" },
    nginx: {
      pod: `${prefix}app`,
      volume: `${prefix}my-pv`,
      claim: `${prefix}my-pvc`,
      path: `/mnt/${prefix}data/my-pv`,
    },
    configuration: {
      pod: "projected-volume",
      userSecret: "user",
      passwordSecret: "pwd",
      envSecret: "mysecret",
      configMap: "app-config",
    },
    /** Each of these two has a volume that names its claim, and one that is bound by its class alone. */
    nfsShare: {
      reserved: { directory: `${prefix}share`, volume: `${prefix}pv-nfs-example`, claim: "pvc-nfs-share" },
      unreserved: {
        directory: `${prefix}unreserved`,
        volume: `${prefix}pv-nfs-unreserved`,
        claim: "pvc-nfs-unreserved",
        storageClass: `${prefix}nfs-unreserved`,
      },
    },
    hostPath: {
      namespace: settings.hostPathNamespace ?? `${prefix}test`,
      reserved: {
        volume: `${prefix}pv-hostpath-example`,
        claim: "pvc-hostpath-data",
        path: `/mnt/${prefix}data`,
      },
      unreserved: {
        volume: `${prefix}pv-hostpath-unreserved`,
        claim: "pvc-hostpath-unreserved",
        storageClass: `${prefix}hostpath-unreserved`,
        path: `/mnt/${prefix}data-unreserved`,
      },
    },
    localVolume: {
      storageClass: `${prefix}local-storage`,
      job: "prepare-pv-local-01",
      volume: `${prefix}pv-local-01`,
      claim: `${prefix}mysql-pvc`,
      deployment: `${prefix}local-reader`,
      path: `/mnt/disks/${prefix}ssd1`,
    },
    fastSsd: { storageClass: `${prefix}fast-ssd` },
    csi: {
      storageClass: settings.csiStorageClass ?? "nfs-csi",
      claim: "pvc-csi",
      statefulSet: "redis-csi",
      service: "redis-csi",
      template: "data",
    },
    quota: { namespace: settings.quotaNamespace ?? `${prefix}shiqi-quota`, quota: "pvc-quota" },
  };
}

export type CourseNames = ReturnType<typeof courseNames>;

/** The names of a course without a prefix: those of the handbook. They are also what Pulumi calls the resources of any course. */
export const COURSE_NAMES = courseNames();

/** The namespaces of a course that are not everybody's, with the key that names each; those of sections only where these are on. */
export function courseNamespaces(
  { sections }: { sections: { hostPath: boolean; quota: boolean } },
  names: CourseNames,
): { key: string; name: string }[] {
  return [
    { key: "namespace", name: names.namespace, used: true },
    { key: "exampleNamespace", name: names.exampleNamespace, used: names.exampleNamespace !== SHARED_NAMESPACE },
    { key: "hostPathNamespace", name: names.hostPath.namespace, used: sections.hostPath },
    { key: "quotaNamespace", name: names.quota.namespace, used: sections.quota },
  ].filter(({ used }) => used);
}
