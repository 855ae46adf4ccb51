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
  clusterDomain: "cluster.local",
};
