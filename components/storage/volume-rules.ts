import type * as pulumi from "@pulumi/pulumi";
import { csiNfsReclaimError, csiNfsSourceError } from "./csi-nfs-source";
import type { VolumeSource } from "./volume-source";

/**
 * What a claim may ask for. `ReadWriteOnce` is once a node, not once a pod; `ReadWriteOncePod` is once in the cluster.
 * They choose the volume that a claim is bound to; for ReadWriteOncePod scheduler and kubelet keep a
 * second pod out; nfs, hostPath and local enforce none of the others.
 */
export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";

/** What becomes of a volume once its claim is deleted; `Recycle` is Kubernetes's third, and always refused here. */
export type ReclaimPolicy = "Retain" | "Delete";

/** A volume's settings that rule each other, as a program gives them. */
export interface VolumeSettings {
  source: VolumeSource;
  accessModes: pulumi.Input<pulumi.Input<AccessMode>[]>;
  reclaimPolicy: pulumi.Input<ReclaimPolicy>;
  storageClassName: pulumi.Input<string>;
}

/** The same once they are known; plain JavaScript can say more than the types allow. */
export interface KnownVolume {
  source: pulumi.Unwrap<VolumeSource>;
  accessModes: AccessMode[];
  reclaimPolicy: string;
  storageClassName: string;
}

type Known<T extends VolumeSource["type"]> = Extract<KnownVolume["source"], { type: T }>;

/** CSI drivers of disks that are attached to one node at a time, as far as file systems go. */
const ONE_NODE_DRIVERS = ["ebs.csi.aws.com", "diskplugin.csi.alibabacloud.com"];

const isMany = (mode: AccessMode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany";

/** What is wrong with the volume, the field's name first, and what to do; `undefined` when it is good. */
export function volumeError(volume: KnownVolume): string | undefined {
  const rules = { source: sourceError, accessModes: accessModesError, reclaimPolicy: reclaimError };
  return Object.entries(rules)
    .map(([field, rule]) => ({ field, error: rule(volume) }))
    .filter(({ error }) => error !== undefined)
    .map(({ field, error }) => `${field}: ${error}`)[0];
}

/** Why this reclaim policy would end the volume as Failed, and what to use; `undefined` when it is good. */
function reclaimError({ source, reclaimPolicy }: KnownVolume): string | undefined {
  if (reclaimPolicy === "Retain") return undefined;
  if (reclaimPolicy === "Recycle") {
    return (
      `Recycle is deprecated, and wipes the data of a claim that may have been deleted by mistake: use Retain, ` +
      `or a class whose provisioner deletes`
    );
  }
  switch (source.type) {
    case "nfs":
      return `nothing can delete a static nfs volume, it would end Failed: use Retain, or a class of NfsStorageClass that deletes`;
    case "local":
      return `nothing can delete a static local volume, it would end Failed: use Retain, and clean the disk by hand`;
    case "awsElasticBlockStore":
      return (
        `the plugin that deleted static awsElasticBlockStore volumes is gone from Kubernetes, it would end Failed: ` +
        `use Retain, or source csi with driver ebs.csi.aws.com, which can delete`
      );
    case "hostPath":
      return /^\/tmp\/.+/.test(source.path)
        ? undefined
        : `Kubernetes deletes hostPath volumes below /tmp only, ${source.path} would end Failed: use Retain`;
    case "csi":
      return csiNfsReclaimError(source);
  }
}

/** Why this source cannot give these access modes, and what can; `undefined` when it can. */
function accessModesError({ source, accessModes }: KnownVolume): string | undefined {
  if (accessModes.length === 0) return "a volume needs at least one access mode, such as ReadWriteOnce";
  if (accessModes.includes("ReadWriteOncePod") && accessModes.length > 1) {
    return "ReadWriteOncePod does not go with other access modes: Kubernetes refuses the volume";
  }
  const many = accessModes.find(isMany);
  if (many === undefined) return undefined;
  switch (source.type) {
    case "nfs":
      return undefined;
    case "hostPath":
      return `${many} on hostPath would show each node a directory of its own: use ReadWriteOnce, or source nfs`;
    case "local":
      return source.nodes.length > 1
        ? `${many} on the local disks of ${source.nodes.join(" and ")} would show each node other data: name one node, or use source nfs`
        : undefined;
    case "awsElasticBlockStore":
      return oneNode(many, "an EBS disk");
    case "csi":
      return ONE_NODE_DRIVERS.includes(source.driver) ? oneNode(many, `a disk of ${source.driver}`) : undefined;
  }
}

function oneNode(mode: AccessMode, disk: string): string {
  return `${disk} is attached to one node at a time and cannot give ${mode}: use ReadWriteOnce or ReadWriteOncePod, or source nfs`;
}

/** Why the source itself cannot work, or not with this class; `undefined` when it can. */
function sourceError({ source, storageClassName }: KnownVolume): string | undefined {
  switch (source.type) {
    case "hostPath":
      return pathError(source.path, "/mnt/data");
    case "local":
      return pathError(source.path, "/mnt/disks/ssd1") ?? nodesError(source, storageClassName);
    case "nfs":
      return pathError(source.path, "/nfs/shiqi-redis");
    case "awsElasticBlockStore":
      return undefined;
    case "csi":
      return csiNfsSourceError(source);
  }
}

function pathError(path: string, example: string): string | undefined {
  return path.startsWith("/") && !path.split("/").includes("..")
    ? undefined
    : `path "${path}" must be absolute and without "..", such as ${example}`;
}

function nodesError({ nodes }: Known<"local">, storageClassName: string): string | undefined {
  if (nodes.length === 0) {
    return `a local volume needs nodes: the names (label kubernetes.io/hostname) of the nodes that have the disk`;
  }
  if (storageClassName !== "") return undefined;
  return (
    `a local volume needs a storageClassName whose class waits for the first consumer (VolumeClass); without one, a ` +
    `claim is bound before the scheduler had its say`
  );
}

/** What a reader of these settings would wrongly expect; `undefined` when there is nothing to warn of. */
export function volumeWarning({ source, accessModes, reclaimPolicy }: KnownVolume): string | undefined {
  if (source.type === "hostPath" && reclaimPolicy === "Delete") {
    return (
      `Delete on hostPath removes ${source.path} of the machine that kube-controller-manager runs on, not of the node ` +
      `that the pod ran on`
    );
  }
  if (source.type !== "csi" && accessModes.includes("ReadWriteOncePod")) {
    return (
      `ReadWriteOncePod on ${source.type} is kept by the scheduler and the kubelet, by nobody else: the storage enforces ` +
      `no access mode, and Kubernetes promises this one for CSI volumes only`
    );
  }
  return undefined;
}
