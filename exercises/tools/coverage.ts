/** One thing that the course asks for. */
export interface Requirement {
  /** The course's document. */
  document: "000" | "001" | "002" | "003" | "004";
  text: string;
  /** It needs a cloud: its manifest is sent to the API server for validation, and no more is claimed. */
  cloud?: true;
  /** Files that prove or teach it where an exercise cannot, because it is no matter of the cluster alone. */
  elsewhere?: string[];
}

/** Everything that the course asks for, in its order. Exercises say which of these they prove. */
const table = {
  "nfs-server-debian": {
    document: "003",
    text: "An NFS server on Debian or Ubuntu: package, directory, export, effective options read back",
    elsewhere: ["test/program/3-infrastructure.test.ts", "test/program/2-hosts.test.ts"],
  },
  "nfs-server-rhel": {
    document: "003",
    text: "The same on CentOS or RHEL; its commands are faked in the test, no such host was at hand",
    elsewhere: ["test/unit/components/rhel.test.ts"],
  },
  "nfs-clients": {
    document: "003",
    text: "The NFS client on every node: mount, write, read, unmount",
    elsewhere: ["test/program/3-infrastructure.test.ts", "test/program/2-hosts.test.ts"],
  },
  "host-path": { document: "003", text: "hostPath volumes, with claimRef and without" },
  "nfs-share": { document: "003", text: "NFS volumes, with claimRef and without" },
  "ebs-volume": { document: "003", text: "A volume on AWS EBS: the in-tree type and `ebs.csi.aws.com`", cloud: true },
  "csi-kinds": {
    document: "003",
    text: "The kinds that are named only (GCE, Azure, Ceph, GlusterFS), as csi volumes",
    elsewhere: ["docs/course/en/csi.md"],
  },
  kubectl: {
    document: "003",
    text: "Every verb of kubectl that the course uses, and what Kuboard shows of it",
    elsewhere: ["docs/course/en/kubectl.md"],
  },
  warnings: {
    document: "003",
    text: "The warnings: mode 777, no_root_squash, speed, owners, firewall, no undoing",
    elsewhere: ["docs/course/en/nfs-server.md", "docs/course/en/nfs-clients.md"],
  },
  "static-pair": { document: "003", text: "A static volume and its claim, bound to each other; a foreign claim waits" },
  "claim-ref-clearing": {
    document: "003",
    text: "A Released volume: claim made again, claimRef cleared in each way, bound again, data still there",
  },
  "volume-states": { document: "003", text: "A volume Available, Bound, Released and Failed" },
  "claim-states": { document: "003", text: "A claim Pending, Bound, Lost and Terminating" },
  "claim-ref-states": {
    document: "003",
    text: "A claimRef whole, without uid, and gone: what each allows and risks",
  },
  "claim-ref-missing": { document: "003", text: "A claimRef that names no claim, or one that is bound elsewhere" },
  "claim-ref-namespace": { document: "003", text: "A claimRef's namespace changed, and applied again" },
  reclaim: { document: "003", text: "Reclaim policies Delete, with and without archive, and Retain, seen on the NAS" },
  recycle: { document: "003", text: "Reclaim policy Recycle, and why it is refused" },
  provisioner: { document: "003", text: "The provisioner: Deployment ready, its log names the classes' provisioner" },
  "class-dynamic": { document: "003", text: "A claim of class nfs-client: Bound, its directory on the NAS" },
  "class-default": { document: "003", text: "A default class, and a claim that names no class" },
  "redis-existing-claim": { document: "003", text: "Redis on a claim that was there before it" },
  "redis-template": { document: "003", text: "Redis on a claim from a template" },
  "headless-services": {
    document: "003",
    text: "Headless Services: stable names, short and full, PING, `/etc/hosts`; a second replica resolves",
  },
  "redis-headless": { document: "003", text: "The example redis-headless: a claim of its own for each replica" },
  "redis-shared": {
    document: "003",
    text: "The example redis-headless-pvc: replicas on one claim, and what goes wrong",
  },
  "cluster-ip": { document: "003", text: "Headless against ClusterIP: what DNS answers for each" },
  persistence: { document: "003", text: "A key that was saved is there again in the pod that follows" },
  "stateful-set": {
    document: "003",
    text: "StatefulSet against Deployment: names, order, storage of its own for each replica",
  },
  wordpress: { document: "000", text: "Why WordPress loses its uploads: emptyDir against a claim" },
  "volumes-compared": {
    document: "000",
    text: "emptyDir, hostPath, a claim, ConfigMap and Secret side by side",
    elsewhere: ["docs/course/en/volumes-compared.md"],
  },
  "local-volume": {
    document: "000",
    text: "A local volume: its pod runs on its node, and waits while that is cordoned",
  },
  "no-provisioner": { document: "000", text: "The class fast-ssd: a claim waits until a pod asks for it" },
  "alicloud-class": { document: "000", text: "The class of Alibaba Cloud's disks", cloud: true },
  "aws-class": { document: "000", text: "A class of AWS EBS disks", cloud: true },
  nginx: { document: "000", text: "nginx on a claim of a hostPath volume" },
  mysql: { document: "000", text: "MySQL with three replicas and a template: rows outlive each pod" },
  csi: {
    document: "001",
    text: "How CSI provisions, attaches and mounts: a diagram with the calls, since no CSI driver runs in the sandbox",
    elsewhere: ["docs/course/en/csi.md"],
  },
  "mount-flow": {
    document: "002",
    text: "The way of a volume into a pod, on objects of the running lab",
    elsewhere: ["docs/course/en/one-byte.md"],
  },
  projected: {
    document: "004",
    text: "A projected volume of Secrets, a ConfigMap, the pod's own fields and a token",
  },
  secrets: { document: "004", text: "A Secret as a volume and as environment: a change reaches the volume alone" },
  "secrets-at-rest": {
    document: "004",
    text: "Secrets encrypted at rest: whose setting that is",
    elsewhere: ["docs/course/en/configuration-volumes.md"],
  },
  quota: { document: "004", text: "A quota of claims: the claim over it is refused" },
  "access-modes": {
    document: "004",
    text: "Access modes RWO, ROX, RWX and RWOP with pods on two nodes, and where NFS enforces nothing",
  },
} satisfies Record<string, Requirement>;

export type RequirementId = keyof typeof table;

export const requirements: Record<RequirementId, Requirement> = table;
