/**
 * What the course's objects are called, by section. Data alone: this file imports nothing, so that the exercises, which
 * need a kubeconfig and nothing else, can read it too.
 */
export const COURSE_NAMES = {
  /** Namespace of the course. */
  namespace: "shiqi",
  /** Namespace of its smaller examples. */
  exampleNamespace: "default",
  /** Class of the dynamic claims, which deletes a claim's data with it, and the one that keeps them. */
  storageClass: "nfs-client",
  retainingClass: "nfs-client-retain",

  staticPair: { directory: "shiqi-redis", volume: "pv-shiqi-redis", claim: "pvc-shiqi-redis" },
  redisExistingClaim: {
    directory: "shiqi-redis-exist-pvc",
    volume: "pv-shiqi-redis-exist-pvc",
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
  dynamicExample: { claim: "pvc-dynamic-example" },
  redisHeadless: {
    statefulSet: "redis-statefulset",
    service: "redis-headless",
    app: "redis",
    template: "redis-data",
  },
  redisShared: {
    statefulSet: "redis-statefulset-pvc",
    service: "redis-headless-pvc",
    app: "redis-pvc",
    claim: "redis-pvc",
    podVolume: "redis-data",
  },
  clusterIpService: { service: "redis-not-exist-pvc-clusterip" },
  /** One name for StatefulSet, headless Service and Secret. */
  mysql: { name: "mysql", template: "data" },
  wordpress: { onEmptyDir: "wordpress-emptydir", onClaim: "wordpress-claim", claim: "pvc-wordpress" },
  nginx: { pod: "app", volume: "my-pv", claim: "my-pvc" },
  configuration: {
    pod: "projected-volume",
    userSecret: "user",
    passwordSecret: "pwd",
    envSecret: "mysecret",
    configMap: "app-config",
  },
  /** Each of these two has a volume that names its claim, and one that is bound by its class alone. */
  nfsShare: {
    reserved: { directory: "share", volume: "pv-nfs-example", claim: "pvc-nfs-share" },
    unreserved: {
      directory: "unreserved",
      volume: "pv-nfs-unreserved",
      claim: "pvc-nfs-unreserved",
      storageClass: "nfs-unreserved",
    },
  },
  hostPath: {
    namespace: "test",
    reserved: { volume: "pv-hostpath-example", claim: "pvc-hostpath-data" },
    unreserved: {
      volume: "pv-hostpath-unreserved",
      claim: "pvc-hostpath-unreserved",
      storageClass: "hostpath-unreserved",
    },
  },
  localVolume: {
    storageClass: "local-storage",
    job: "prepare-pv-local-01",
    volume: "pv-local-01",
    claim: "mysql-pvc",
    deployment: "local-reader",
  },
  fastSsd: { storageClass: "fast-ssd" },
  quota: { namespace: "shiqi-quota", quota: "pvc-quota" },
} as const;
