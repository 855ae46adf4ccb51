import { here, kubectl, nas, node2, shows, type Accident, type Command } from "./accident";

const exportsFile = "/etc/exports.d/storage-lab-nfs.exports";

/** Is gone with a boot. A host of the sandbox is back after 4 s, so nothing can wait to see it away. */
const beforeBoot = "/run/before-boot";

/** Succeeds once a host of the sandbox does not run any more. */
const isOff = (host: string): Command =>
  here(`./lab status --json | tr -d ' \\n' | grep -E '"name":"${host}","address":"[^"]*","running":false'`);

const exported: Accident[] = [
  {
    id: "exportfs-ua",
    what: "All exports are withdrawn",
    commands: [nas("exportfs -ua")],
    exportsOfOthers: "dropped",
  },
  {
    id: "nfs-stopped",
    what: "The NFS server is stopped",
    commands: [nas("systemctl stop nfs-server")],
    exportsOfOthers: "forgotten",
  },
  {
    id: "nfs-threads",
    what: "The NFS server's threads are ended, and its unit counts as started",
    commands: [nas("rpc.nfsd 0")],
  },
  {
    id: "mountd-ended",
    what: "rpc.mountd is ended: what is mounted works on, and nobody can mount anew",
    commands: [nas("pkill -x rpc.mountd")],
  },
  {
    id: "nfs-disabled",
    what: "The NFS server is not started any more when the NAS boots",
    commands: [nas("systemctl disable nfs-server")],
  },
  {
    id: "exports-removed",
    what: "The export's file is removed",
    commands: [nas(`rm ${exportsFile} && exportfs -ra`)],
    exportsOfOthers: "dropped",
  },
  {
    id: "exports-edited",
    what: "The export's file is edited to read-only",
    commands: [nas(`sed -i s/rw,/ro,/ ${exportsFile} && exportfs -ra`)],
    exportsOfOthers: "dropped",
  },
];

const directories: Accident[] = [
  {
    id: "directory-moved",
    what: "A static volume's directory is moved",
    commands: [nas("mv /nfs/shiqi-redis-exist-pvc /nfs/elsewhere")],
  },
  {
    id: "directory-mode",
    what: "A static volume's directory gets another mode",
    commands: [nas("chmod 0700 /nfs/shiqi-redis-exist-pvc")],
  },
  {
    id: "directory-owner",
    what: "A static volume's directory gets another owner and mode",
    commands: [nas("chown 1234:1234 /nfs/shiqi-redis && chmod 0755 /nfs/shiqi-redis")],
  },
  {
    id: "directory-removed",
    what: "A static volume's directory is removed",
    commands: [nas("rm -r /nfs/shiqi-redis")],
    loses: ["staticPair"],
  },
  {
    id: "directory-removed-in-use",
    what: "A static volume's directory is removed under its pod",
    commands: [nas("rm -r /nfs/shiqi-redis-exist-pvc")],
    loses: ["redisExistingClaim"],
  },
  { id: "export-mode", what: "The exported folder gets another mode", commands: [nas("chmod 0700 /nfs")] },
  {
    id: "register",
    what: "The register of directories is removed",
    commands: [nas("rm /var/lib/storage-lab/directories")],
  },
];

const hosts: Accident[] = [
  {
    id: "nas-rebooted",
    what: "The NAS is rebooted",
    commands: [nas(`touch ${beforeBoot} && systemctl reboot`)],
    until: nas(`test ! -e ${beforeBoot}`),
    boots: true,
    exportsOfOthers: "forgotten",
  },
  {
    id: "node-off",
    what: "A node is powered off",
    commands: [node2("systemctl poweroff")],
    until: isOff("node2"),
    boots: true,
  },
  {
    id: "node-drained",
    what: "A node is drained",
    commands: [kubectl("drain node2 --ignore-daemonsets --delete-emptydir-data --force")],
  },
  { id: "node-cordoned", what: "All nodes are cordoned", commands: [kubectl("cordon node1 node2")] },
  { id: "node-deleted", what: "A node is deleted", commands: [kubectl("delete node node2")] },
  {
    id: "kubelet-stopped",
    what: "A node's kubelet is stopped",
    commands: [node2("systemctl stop kubelet")],
    until: shows("node node2", '.status.conditions[?(@.type=="Ready")].status', "Unknown"),
  },
  {
    id: "nfs-common-removed",
    what: "The NFS client is removed from a node",
    commands: [node2("dpkg --remove --force-depends nfs-common")],
  },
];

/** What happens to the NAS and the nodes. */
export const hostAccidents: Accident[] = [...exported, ...directories, ...hosts];
