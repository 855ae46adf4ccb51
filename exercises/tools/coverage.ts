/** The course's lessons, in the order of the table. */
export const lessons = [
  "NFS servers and clients",
  "PersistentVolumes",
  "PersistentVolumeClaims",
  "Dynamic provisioning",
  "Redis on claims",
  "StatefulSets and headless Services",
  "Kinds of storage",
  "CSI",
  "How a volume is mounted",
  "Projected volumes, Secrets and limits",
] as const;

export type Lesson = (typeof lessons)[number];

/** One requirement of the course. */
export interface Requirement {
  lesson: Lesson;
  text: string;
  /** It needs a cloud: the API server validates its manifest in a dry run, and nothing else is claimed. */
  cloud?: true;
  /** Tests or handbook pages that cover it where an exercise cannot, because it is not about the cluster alone. */
  elsewhere?: string[];
}

/** All requirements of the course. Exercises say which of these they prove. */
const table = {
  "nfs-server-debian": {
    lesson: "NFS servers and clients",
    text: "An NFS server on Debian or Ubuntu: package, directory, export, effective options read back",
    elsewhere: ["test/program/3-infrastructure.test.ts", "test/program/2-hosts.test.ts"],
  },
  "nfs-server-rhel": {
    lesson: "NFS servers and clients",
    text: "The same on CentOS or RHEL, tested with fake commands and not on a real host",
    elsewhere: ["test/unit/components/rhel.test.ts"],
  },
  "nfs-clients": {
    lesson: "NFS servers and clients",
    text: "The NFS client on every node: mount, write, read, unmount",
    elsewhere: ["test/program/3-infrastructure.test.ts", "test/program/2-hosts.test.ts"],
  },
  warnings: {
    lesson: "NFS servers and clients",
    text: "Warnings: mode 777, no_root_squash, speed, owners, firewall, deletion is final",
    elsewhere: ["docs/course/en/nfs-server.md", "docs/course/en/nfs-clients.md"],
  },
  "host-path": { lesson: "PersistentVolumes", text: "hostPath volumes, with claimRef and without" },
  "nfs-share": { lesson: "PersistentVolumes", text: "NFS volumes, with claimRef and without" },
  "ebs-volume": {
    lesson: "PersistentVolumes",
    text: "A volume on AWS EBS: the in-tree type and `ebs.csi.aws.com`",
    cloud: true,
  },
  "csi-kinds": {
    lesson: "PersistentVolumes",
    text: "The kinds that the course only names (GCE, Azure, Ceph, GlusterFS), as csi volumes",
    elsewhere: ["docs/course/en/csi.md"],
  },
  kubectl: {
    lesson: "PersistentVolumes",
    text: "The kubectl verbs of the course, and where Kuboard shows the same objects",
    elsewhere: ["docs/course/en/kubectl.md"],
  },
  "static-pair": {
    lesson: "PersistentVolumes",
    text: "A static volume and its claim, bound to each other; a foreign claim waits",
  },
  "volume-states": { lesson: "PersistentVolumes", text: "A volume Available, Bound, Released and Failed" },
  "claim-ref-missing": {
    lesson: "PersistentVolumes",
    text: "A claimRef that names a missing claim, or one that is bound to another volume",
  },
  "claim-ref-namespace": {
    lesson: "PersistentVolumes",
    text: "The namespace in a claimRef is changed, and the manifest applied again",
  },
  recycle: { lesson: "PersistentVolumes", text: "Reclaim policy Recycle, and why this library refuses it" },
  "claim-ref-clearing": {
    lesson: "PersistentVolumeClaims",
    text: "A Released volume: the claim is created again, claimRef cleared in each way, the volume bound again, data intact",
  },
  "claim-states": { lesson: "PersistentVolumeClaims", text: "A claim Pending, Bound, Lost and Terminating" },
  "claim-ref-states": {
    lesson: "PersistentVolumeClaims",
    text: "A complete claimRef, one without uid, and none: what each allows and risks",
  },
  reclaim: {
    lesson: "Dynamic provisioning",
    text: "Reclaim policies Delete, with and without archive, and Retain, seen on the NAS",
  },
  provisioner: {
    lesson: "Dynamic provisioning",
    text: "The provisioner: Deployment ready, its log names the classes' provisioner",
  },
  "class-dynamic": {
    lesson: "Dynamic provisioning",
    text: "A claim of class nfs-client: Bound, its directory on the NAS",
  },
  "class-default": { lesson: "Dynamic provisioning", text: "A default class, and a claim that names no class" },
  "redis-existing-claim": { lesson: "Redis on claims", text: "Redis on an existing claim" },
  "redis-template": { lesson: "Redis on claims", text: "Redis on a claim from a template" },
  persistence: { lesson: "Redis on claims", text: "A saved key is still there in the pod that replaces a deleted one" },
  "headless-services": {
    lesson: "StatefulSets and headless Services",
    text: "Headless Services: stable names, short and full, PING, `/etc/hosts`; a second replica resolves",
  },
  "redis-headless": {
    lesson: "StatefulSets and headless Services",
    text: "The example redis-headless: a claim of its own for each replica",
  },
  "redis-shared": {
    lesson: "StatefulSets and headless Services",
    text: "The example redis-headless-pvc: replicas on one claim, and what goes wrong",
  },
  "cluster-ip": {
    lesson: "StatefulSets and headless Services",
    text: "Headless and ClusterIP Services: what DNS returns for each",
  },
  "stateful-set": {
    lesson: "StatefulSets and headless Services",
    text: "StatefulSet and Deployment compared: names, order, storage for each replica",
  },
  wordpress: { lesson: "Kinds of storage", text: "Why WordPress loses its uploads: an emptyDir compared with a claim" },
  "volumes-compared": {
    lesson: "Kinds of storage",
    text: "emptyDir, hostPath, a claim, ConfigMap and Secret side by side",
    elsewhere: ["docs/course/en/volumes-compared.md"],
  },
  "local-volume": {
    lesson: "Kinds of storage",
    text: "A local volume: its pod runs on its node, and is Pending while the node is cordoned",
  },
  "no-provisioner": { lesson: "Kinds of storage", text: "The class fast-ssd: a claim is Pending until a pod uses it" },
  "alicloud-class": { lesson: "Kinds of storage", text: "The class of Alibaba Cloud's disks", cloud: true },
  "aws-class": { lesson: "Kinds of storage", text: "A class of AWS EBS disks", cloud: true },
  nginx: { lesson: "Kinds of storage", text: "nginx on a claim of a hostPath volume" },
  mysql: {
    lesson: "Kinds of storage",
    text: "MySQL with three replicas and a claim template: rows survive the deletion of each pod",
  },
  csi: {
    lesson: "CSI",
    text: "How CSI provisions, attaches and mounts, and back again: each step an object, an event or a log line, in order",
    elsewhere: ["docs/course/en/csi.md"],
  },
  "csi-services": {
    lesson: "CSI",
    text: "The services Identity, Controller and Node: which program in which pod answers",
  },
  "csi-attachment": {
    lesson: "CSI",
    text: "A VolumeAttachment for each node that uses a volume, and one that names a node which is gone",
  },
  "csi-expansion": { lesson: "CSI", text: "A claim grows while Redis runs on it, and what NFS makes of its size" },
  "csi-restart": {
    lesson: "CSI",
    text: "The node plugin and the kubelet restart under a mounted volume: its data stay reachable",
    elsewhere: ["docs/course/en/csi.md"],
  },
  "csi-reclaim": { lesson: "CSI", text: "The driver's `onDelete`: delete, retain and archive, seen on the NAS" },
  "csi-redis": { lesson: "CSI", text: "Redis on a claim of the CSI class keeps its data when its pod is deleted" },
  "mount-flow": {
    lesson: "How a volume is mounted",
    text: "The path of a volume into a pod, on objects of the running lab",
    elsewhere: ["docs/course/en/one-byte.md"],
  },
  projected: {
    lesson: "Projected volumes, Secrets and limits",
    text: "A projected volume of Secrets, a ConfigMap, the pod's own fields and a token",
  },
  secrets: {
    lesson: "Projected volumes, Secrets and limits",
    text: "A Secret as a volume and as environment: a change reaches only the volume",
  },
  "secrets-at-rest": {
    lesson: "Projected volumes, Secrets and limits",
    text: "Encryption of Secrets at rest: which component configures it",
    elsewhere: ["docs/course/en/configuration-volumes.md"],
  },
  quota: {
    lesson: "Projected volumes, Secrets and limits",
    text: "A quota for claims: a claim that exceeds it is refused",
  },
  "access-modes": {
    lesson: "Projected volumes, Secrets and limits",
    text: "Access modes RWO, ROX, RWX and RWOP with pods on two nodes, and where NFS enforces nothing",
  },
} satisfies Record<string, Requirement>;

export type RequirementId = keyof typeof table;

export const requirements: Record<RequirementId, Requirement> = table;
