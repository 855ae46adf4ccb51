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
  storageClasses: string[];
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
  /** The cluster's DNS domain. */
  clusterDomain: string;
  /**
   * Image of the pods that exercises start: it needs sh, ls, cat, redis-cli, and nslookup or getent. By default that of
   * the course's Redis, which every node that ran it has.
   */
  toolsImage?: string;
}

export const courseSettings: Settings = {
  courseNamespace: "shiqi",
  staticVolume: "pv-shiqi-redis",
  staticClaim: "pvc-shiqi-redis",
  dynamicNamespace: "default",
  dynamicClaim: "pvc-dynamic-example",
  redisExistingClaim: "statefulset-redis-exist-pvc",
  redisTemplate: "statefulset-redis-not-exist-pvc",
  provisionerNamespace: "nfs-provisioner",
  provisionerLabels: "app=nfs-client-provisioner",
  provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner",
  storageClasses: ["nfs-client", "nfs-client-retain"],
  nfsShareVolume: "pv-nfs-example",
  nfsShareClaim: "pvc-nfs-share",
  nfsUnreservedVolume: "pv-nfs-unreserved",
  nfsUnreservedClaim: "pvc-nfs-unreserved",
  hostPathNamespace: "test",
  hostPathVolume: "pv-hostpath-example",
  hostPathClaim: "pvc-hostpath-data",
  hostPathUnreservedVolume: "pv-hostpath-unreserved",
  hostPathUnreservedClaim: "pvc-hostpath-unreserved",
  exampleNamespace: "default",
  nginxPod: "app",
  nginxVolume: "my-pv",
  nginxClaim: "my-pvc",
  localClass: "local-storage",
  localVolume: "pv-local-01",
  localClaim: "mysql-pvc",
  localDeployment: "local-reader",
  fastClass: "fast-ssd",
  mysql: "mysql",
  wordpressEmptyDir: "wordpress-emptydir",
  wordpressClaim: "wordpress-claim",
  wordpressVolumeClaim: "pvc-wordpress",
  redisHeadless: "redis-statefulset",
  redisHeadlessService: "redis-headless",
  redisShared: "redis-statefulset-pvc",
  redisSharedClaim: "redis-pvc",
  clusterIpService: "redis-not-exist-pvc-clusterip",
  projectedPod: "projected-volume",
  userSecret: "user",
  passwordSecret: "pwd",
  envSecret: "mysecret",
  configMap: "app-config",
  quotaNamespace: "shiqi-quota",
  quota: "pvc-quota",
  clusterDomain: "cluster.local",
};
