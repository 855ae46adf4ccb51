import * as pulumi from "@pulumi/pulumi";
import { derived } from "../checked";
import { belowExportError } from "../nfs/export-path";
import { nfsServerAddress, nfsServerError } from "../nfs/host-address";
import { CSI_NFS_DRIVER, mountPermissionsError, shareError } from "./csi-nfs-directory";
import type { OnDelete } from "./deletion-effect";
import type { CsiSource } from "./volume-source";

/** A directory of an NFS server that csi-driver-nfs mounts. */
export interface CsiNfsDirectory {
  /** The server as the nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export. Example: `/nfs`. */
  share: pulumi.Input<string>;
  /** The directory below it; it must be there before a pod mounts it. Example: `shiqi-redis`. @default the share itself */
  subDir?: pulumi.Input<string>;
  /** What tells the volume from others of the same directory: two volumes of one id confuse the kubelet. @default none */
  id?: pulumi.Input<string>;
  /** What the driver does to the directory where the volume's reclaim policy is `Delete`. @default "retain" */
  onDelete?: pulumi.Input<OnDelete>;
  /** Mode that the driver sets at each mount, in octal. Example: `"0755"`. @default none: the mode stays as it is */
  mountPermissions?: pulumi.Input<string>;
}

export interface CsiNfsSourceArgs extends CsiNfsDirectory {
  /** `CsiNfsDriver.driverName`, so that the driver is there before the volume and goes after it. @default "nfs.csi.k8s.io" */
  driverName?: pulumi.Input<string>;
  /** Mounted read-only, whatever the claim asks for. @default false */
  readOnly?: pulumi.Input<boolean>;
}

/**
 * The source of a `StaticVolume` that csi-driver-nfs mounts, with the volume's id as the driver reads it when it deletes:
 * `server#share#directory#id#onDelete`. `StaticVolume` refuses what the driver could not mount, or would delete wrongly.
 */
export function csiNfsSource({ driverName, readOnly, ...directory }: CsiNfsSourceArgs): CsiSource {
  const known = pulumi.output(directory);
  return {
    type: "csi",
    driver: driverName ?? CSI_NFS_DRIVER,
    volumeHandle: derived(directory, known, handleOf),
    volumeAttributes: derived(directory, known, attributesOf),
    readOnly,
  };
}

type Known = pulumi.Unwrap<CsiNfsDirectory>;

const withoutSlashes = (path: string) => path.replaceAll(/^\/+|\/+$/g, "");

function handleOf({ server, share, subDir = "", id = "", onDelete = "retain" }: Known): string {
  return [nfsServerAddress(server), withoutSlashes(share), subDir, id, onDelete].join("#");
}

function attributesOf({ server, share, subDir, mountPermissions }: Known): Record<string, string> {
  return {
    server: nfsServerAddress(server),
    share,
    ...(subDir !== undefined && { subDir }),
    ...(mountPermissions !== undefined && { mountPermissions }),
  };
}

/** The driver's attributes, whose case does not matter to it. */
function attributes({ volumeAttributes = {} }: pulumi.Unwrap<CsiSource>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(volumeAttributes).map(([key, value]) => [key.toLowerCase(), value]));
}

/** Why csi-driver-nfs could not mount such a volume; `undefined` when it can, and for other drivers' volumes. */
export function csiNfsSourceError(source: pulumi.Unwrap<CsiSource>): string | undefined {
  if (source.driver !== CSI_NFS_DRIVER) return undefined;
  const { server, share, subdir, mountpermissions } = attributes(source);
  if (!server || !share) return `${CSI_NFS_DRIVER} wants the attributes server and share: let csiNfsSource write them`;
  return (
    nfsServerError(server) ??
    shareError(share) ??
    (subdir === undefined ? undefined : belowExportError(subdir)) ??
    (mountpermissions === undefined ? undefined : mountPermissionsError(mountpermissions)) ??
    handleError(source.volumeHandle)
  );
}

function handleError(handle: string): string | undefined {
  const parts = handle.split("#");
  if (parts.length <= 5 && !handle.split(/[/#]/).includes("..")) return undefined;
  return `the id "${handle}" has ".." or a "#" too many in it: let csiNfsSource write it, from parts without them`;
}

/** Why csi-driver-nfs must not delete such a volume; `undefined` when it may, and for other drivers' volumes. */
export function csiNfsReclaimError(source: pulumi.Unwrap<CsiSource>): string | undefined {
  if (source.driver !== CSI_NFS_DRIVER) return undefined;
  const [server = "", share = "", subDir = "", , onDelete = ""] = source.volumeHandle.split("#");
  if (onDelete.toLowerCase() === "retain") return undefined;
  const mounted = attributes(source);
  const same =
    server === mounted.server &&
    share === withoutSlashes(mounted.share ?? "") &&
    subDir === withoutSlashes(mounted.subdir ?? "");
  if (same && subDir !== "") return undefined;
  return same
    ? `the driver would delete the whole share with everybody's data: use Retain, or a subDir`
    : `the driver would delete what the id "${source.volumeHandle}" names, which is not what it mounts: use Retain, or let csiNfsSource write the id`;
}
