import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked, derived } from "../checked";
import { nfsServerAddress, nfsServerError } from "../nfs/host-address";
import { optionalField } from "../optional-field";
import { mountOptionsError } from "../nfs/mount-options";
import { required } from "../required";
import {
  CSI_NFS_DRIVER,
  csiDeletionError,
  type CsiDeletionRules,
  directoryOf,
  mountPermissionsError,
  shareError,
  subDirError,
} from "./csi-nfs-directory";
import { deletionSentence, type OnDelete } from "./deletion-effect";
import { type NamedClassArgs, storageClass } from "./storage-class";

export interface CsiStorageClassArgs extends NamedClassArgs {
  /** The NFS server as controller and nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export in which the driver makes a directory for every claim. Example: `/nfs`. */
  share: pulumi.Input<string>;
  /** `CsiNfsDriver.driverName`. @default "nfs.csi.k8s.io" */
  driverName?: pulumi.Input<string>;
  /**
   * Where a claim's directory lies below the share, with the variables `${pvc.metadata.namespace}`, `${pvc.metadata.name}`
   * and `${pv.metadata.name}`. Refused when it could lead out of the share, and with `onDelete` delete or archive where
   * several claims could get the same directory. Example: `${pvc.metadata.namespace}/${pvc.metadata.name}`.
   * @default the volume's name, which is always unique
   */
  subDir?: pulumi.Input<string>;
  /**
   * What becomes of a volume whose claim is deleted. `Retain`: volume and directory stay. `Delete`: the volume goes, and
   * `onDelete` decides about the directory. @default "Retain"
   */
  reclaimPolicy?: pulumi.Input<"Retain" | "Delete">;
  /**
   * With reclaim policy `Delete`: `delete` removes the directory with all data, `archive` renames it to
   * `archived-<directory>`, `retain` leaves it as it is. It is written into a volume's id when the volume is made: a change
   * counts for later volumes only. @default "delete", as upstream
   */
  onDelete?: pulumi.Input<OnDelete>;
  /**
   * Mode that the driver sets when it makes a directory and at each mount, in octal; also on the share itself, which it mounts
   * to make and delete directories. Example: `"0777"`. @default none: made with 0755, then left as it is
   */
  mountPermissions?: pulumi.Input<string>;
  /**
   * Mount options of its volumes. To delete a volume the controller mounts the share without them.
   * Example: `["nfsvers=4.2", "hard"]`. @default the nodes' own
   */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /** When a claim gets its volume: at once, or with the first pod. @default "Immediate" */
  volumeBindingMode?: pulumi.Input<"Immediate" | "WaitForFirstConsumer">;
  /** Whether claims may ask for more later. @default true */
  allowVolumeExpansion?: pulumi.Input<boolean>;
}

/**
 * A StorageClass of csi-driver-nfs. A volume has the size that its claim asks for, also after an expansion, and nothing enforces
 * it: NFS has no quota a directory.
 */
export class CsiStorageClass extends pulumi.ComponentResource {
  readonly className: pulumi.Output<string>;
  readonly storageClass: k8s.storage.v1.StorageClass;
  /** One sentence: what deleting a claim of this class does to the data. */
  readonly deletionEffect: pulumi.Output<string>;

  constructor(name: string, args: CsiStorageClassArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:storage:CsiStorageClass",
      name,
      required(`CsiStorageClass ${name}`, args, { server: true, share: true }),
      opts,
    );
    const { mountPermissions, reclaimPolicy = "Retain" } = args;
    const one = (argument: string, value: pulumi.Input<string>, error: (value: string) => string | undefined) =>
      checked(this, `${argument} of CsiStorageClass ${name}`, value, error);
    const rules = this.rules(name, args);
    const parameters = {
      server: one("server", args.server, nfsServerError).apply(nfsServerAddress),
      share: one("share", args.share, shareError),
      ...(args.subDir !== undefined && { subDir: optionalField(rules.apply(({ subDir }) => subDir)) }),
      onDelete: rules.apply(({ onDelete }) => onDelete),
      ...(mountPermissions !== undefined && {
        mountPermissions: one("mountPermissions", mountPermissions, mountPermissionsError),
      }),
    };

    this.storageClass = storageClass(this, name, args, {
      provisioner: args.driverName ?? CSI_NFS_DRIVER,
      reclaimPolicy,
      parameters,
      mountOptions:
        args.mountOptions &&
        checked(this, `mountOptions of CsiStorageClass ${name}`, args.mountOptions, mountOptionsError),
      volumeBindingMode: args.volumeBindingMode ?? "Immediate",
      allowVolumeExpansion: args.allowVolumeExpansion ?? true,
    });
    this.className = this.storageClass.metadata.name;
    this.deletionEffect = pulumi
      .all([this.className, reclaimPolicy, rules])
      .apply(([cls, policy, { onDelete, subDir }]) =>
        deletionSentence(cls, {
          reclaimPolicy: policy,
          onDelete,
          archivesAs: "archived-<directory>",
          again: subDir === undefined ? undefined : AGAIN[directoryOf(subDir)],
        }),
      );
    this.registerOutputs({ className: this.className, deletionEffect: this.deletionEffect });
  }

  private rules(name: string, { subDir, onDelete = "delete" }: CsiStorageClassArgs): pulumi.Output<CsiDeletionRules> {
    const known = (text: pulumi.Input<string>) =>
      derived(text, checked(this, `subDir of CsiStorageClass ${name}`, text, subDirError), (value) => value);
    return checked<Inputs<CsiDeletionRules>>(
      this,
      `CsiStorageClass ${name}`,
      { onDelete, subDir: subDir === undefined ? undefined : known(subDir) },
      csiDeletionError,
    );
  }
}

type Inputs<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** Who gets the directory of a deleted claim again. */
const AGAIN = {
  "one volume": undefined,
  "one claim": "a later claim of the same namespace and name gets",
  "several claims": "other claims get",
};
