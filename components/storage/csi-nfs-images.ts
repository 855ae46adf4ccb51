import type * as pulumi from "@pulumi/pulumi";
import { imageError } from "../workload/image-tag";

/** Upstream's images, for the containers of a `CsiNfsDriver`. */
export const DEFAULT_CSI_NFS_IMAGES = {
  driver: "registry.k8s.io/sig-storage/nfsplugin:v4.13.4",
  provisioner: "registry.k8s.io/sig-storage/csi-provisioner:v5.3.0",
  attacher: "registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
  resizer: "registry.k8s.io/sig-storage/csi-resizer:v1.14.0",
  registrar: "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0",
} as const;

export interface CsiNfsImages {
  /** The driver, on the controller and on every node. Releases before 4.13.1 are refused. @default registry.k8s.io/sig-storage/nfsplugin:v4.13.4 */
  driver?: pulumi.Input<string>;
  /** Makes and deletes volumes. @default registry.k8s.io/sig-storage/csi-provisioner:v5.3.0 */
  provisioner?: pulumi.Input<string>;
  /** Answers VolumeAttachments. @default registry.k8s.io/sig-storage/csi-attacher:v4.12.0 */
  attacher?: pulumi.Input<string>;
  /** Enlarges volumes whose claims ask for more. @default registry.k8s.io/sig-storage/csi-resizer:v1.14.0 */
  resizer?: pulumi.Input<string>;
  /** Registers the driver with each node's kubelet. @default registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0 */
  registrar?: pulumi.Input<string>;
  /**
   * Asks the driver whether it lives, so that the kubelet restarts one that does not answer.
   * Example: `registry.k8s.io/sig-storage/livenessprobe:v2.19.0`. @default none: a driver that hangs is not restarted
   */
  livenessProbe?: pulumi.Input<string>;
}

/** First release of csi-driver-nfs in which no volume's id leads out of its share. */
const SAFE_RELEASE = [4, 13, 1];

/** Why this must not be the driver's image; `undefined` where it may be, and where its tag does not tell its release. */
export function driverImageError(image: string): string | undefined {
  const tag = /nfsplugin:(v?\d+(?:\.\d+)*)/.exec(image)?.[1];
  if (tag === undefined || !isOlder(tag.replace("v", "").split(".").map(Number), SAFE_RELEASE)) {
    return imageError(image);
  }
  return (
    `"${image}" is a release before ${SAFE_RELEASE.join(".")}, in which a volume's id with ".." in it deletes other ` +
    `directories of the NFS server (CVE-2026-3864): take ${DEFAULT_CSI_NFS_IMAGES.driver}`
  );
}

/** Whether a release is older than another; a part that its tag leaves out is the newest there is. */
function isOlder(release: number[], than: number[]): boolean {
  const part = than.findIndex((number, index) => release[index] !== number);
  return part >= 0 && (release[part] ?? Infinity) < (than[part] ?? 0);
}
