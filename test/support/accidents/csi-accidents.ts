import { bindsClaim, here, kubectl, type Accident, type Command } from "./accident";

const namespace = "csi-nfs";

const provisions = bindsClaim("nfs-csi");

/** A new pod gets its volume attached and mounted. */
const mounts: Command = here(
  "kubectl delete pod redis-csi-0 -n shiqi && kubectl rollout status statefulset/redis-csi -n shiqi --timeout=180s",
);

/** What happens to the CSI driver and to what its volumes need. */
export const csiAccidents: Accident[] = [
  {
    id: "csi-namespace",
    what: "The CSI driver's namespace is deleted",
    commands: [kubectl(`delete namespace ${namespace}`)],
    proof: provisions,
  },
  {
    id: "csi-driver",
    what: "The CSIDriver object is deleted",
    commands: [kubectl("delete csidriver nfs.csi.k8s.io")],
    proof: mounts,
  },
  {
    id: "csi-node-plugin",
    what: "The CSI node plugin is deleted",
    commands: [kubectl(`delete daemonset csi-nfs-node -n ${namespace}`)],
    proof: mounts,
  },
  {
    id: "csi-controller-scaled",
    what: "The CSI controller is scaled to 0",
    commands: [kubectl(`scale deployment/csi-nfs-controller --replicas=0 -n ${namespace}`)],
    proof: provisions,
  },
  {
    id: "csi-rights",
    what: "The CSI provisioner's ClusterRoleBinding is deleted",
    commands: [kubectl("delete clusterrolebinding nfs-csi-provisioner-binding")],
    proof: provisions,
  },
  {
    id: "csi-attachments",
    what: "All VolumeAttachments are deleted",
    commands: [kubectl("delete volumeattachments --all --timeout=60s")],
    proof: mounts,
  },
  {
    id: "csi-claim-in-use",
    what: "The claim of a CSI volume is deleted under its pod",
    commands: [kubectl("delete pvc data-redis-csi-0 -n shiqi --wait=false")],
    losesWithPod: ["redisCsi"],
  },
];
