import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { nfsServerAddress } from "../nfs/host-address";

/** A directory of an NFS server. */
export interface NfsSource {
  type: "nfs";
  /** The server as the nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The directory; it must be there before a pod mounts it (`NfsDirectories` makes it). Example: `/nfs/shiqi-redis`. */
  path: pulumi.Input<string>;
  /** Mounted read-only, whatever the claim asks for. @default false */
  readOnly?: pulumi.Input<boolean>;
}

/**
 * A directory of whichever node the pod runs on: another directory on every node, and nothing keeps a pod where its data
 * are. For tests and single nodes; `local` is the one that the scheduler knows about.
 */
export interface HostPathSource {
  type: "hostPath";
  /** Absolute path on the node. Example: `/mnt/data`. */
  path: pulumi.Input<string>;
  /** What must be there, or is made: Kubernetes's field `type`; `""` checks nothing. @default "DirectoryOrCreate" */
  hostPathType?: pulumi.Input<
    "" | "DirectoryOrCreate" | "Directory" | "FileOrCreate" | "File" | "Socket" | "CharDevice" | "BlockDevice"
  >;
}

/** A disk or directory of named nodes: its volume gets a `nodeAffinity`, so that its pods run there and nowhere else. */
export interface LocalSource {
  type: "local";
  /** Absolute path on the node; it must be there before a pod mounts it. Example: `/mnt/disks/ssd1`. */
  path: pulumi.Input<string>;
  /** Values of the label `kubernetes.io/hostname`: the nodes that have the disk, nearly always one. Example: `["k8s-worker-1"]`. */
  nodes: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A disk of AWS in the API's in-tree form. The API server takes it, and hands it to the CSI driver `ebs.csi.aws.com`, since
 * its own plugin is gone (Kubernetes 1.27). New volumes are better written as `csi`.
 */
export interface EbsSource {
  type: "awsElasticBlockStore";
  /** The disk. Example: `vol-1234567890abcdef0`. */
  volumeID: pulumi.Input<string>;
  /** File system that it is formatted with when it has none. @default "ext4" */
  fsType?: pulumi.Input<string>;
  /** @default false */
  readOnly?: pulumi.Input<boolean>;
}

/** A volume of a CSI driver, which has to be installed in the cluster; `csiNfsSource` makes one of csi-driver-nfs. */
export interface CsiSource {
  type: "csi";
  /** The driver's name (`kubectl get csidrivers`). Example: `ebs.csi.aws.com`. */
  driver: pulumi.Input<string>;
  /** What the driver calls the volume. Example: `vol-1234567890abcdef0`. */
  volumeHandle: pulumi.Input<string>;
  /** File system that the driver makes or expects. @default the driver's own */
  fsType?: pulumi.Input<string>;
  /** @default false */
  readOnly?: pulumi.Input<boolean>;
  /** What else the driver wants to know. @default none */
  volumeAttributes?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Where a volume's data are; told apart by `type`. */
export type VolumeSource = NfsSource | HostPathSource | LocalSource | EbsSource | CsiSource;

/** The part of a PersistentVolume's spec that says where the data are. */
export function sourceSpec(source: VolumeSource): Partial<k8s.types.input.core.v1.PersistentVolumeSpec> {
  switch (source.type) {
    case "nfs":
      return {
        nfs: {
          server: pulumi.output(source.server).apply(nfsServerAddress),
          path: source.path,
          readOnly: source.readOnly,
        },
      };
    case "hostPath":
      return { hostPath: { path: source.path, type: source.hostPathType ?? "DirectoryOrCreate" } };
    case "local":
      return { local: { path: source.path }, nodeAffinity: { required: onNodes(source.nodes) } };
    case "awsElasticBlockStore": {
      const { volumeID, fsType = "ext4", readOnly } = source;
      return { awsElasticBlockStore: { volumeID, fsType, readOnly } };
    }
    case "csi": {
      const { driver, volumeHandle, fsType, readOnly, volumeAttributes } = source;
      return { csi: { driver, volumeHandle, fsType, readOnly, volumeAttributes } };
    }
  }
}

function onNodes(values: LocalSource["nodes"]): k8s.types.input.core.v1.NodeSelector {
  return {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values }] }],
  };
}
