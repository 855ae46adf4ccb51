import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked, derived } from "../checked";
import { mountOptionsError } from "../nfs/mount-options";
import { DEFAULT_PROVISIONER_IMAGE, DEFAULT_PROVISIONER_NAME } from "./nfs-provisioner";
import { pathPatternError } from "./path-pattern";
import {
  deletionEffect,
  deletionError,
  type DeletionRules,
  type OnDelete,
  type ProvisionerRelease,
  releaseError,
  releaseOf,
} from "./provisioner-release";
import { type NamedClassArgs, storageClass } from "./storage-class";

export type { OnDelete, ProvisionerRelease } from "./provisioner-release";

export interface NfsStorageClassArgs extends NamedClassArgs {
  /** `NfsProvisioner.provisionerName`. @default "k8s-sigs.io/nfs-subdir-external-provisioner" */
  provisionerName?: pulumi.Input<string>;
  /**
   * `NfsProvisioner`'s image, whose release decides which patterns can be deleted: v4.0.1 and v4.0.2 delete and archive by
   * the last part of a volume's path alone. An image whose tag says nothing is taken for v4.0.2.
   * @default upstream's, registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2
   */
  provisionerImage?: pulumi.Input<string>;
  /** The release that the image really is; `v4.0.3` for one built from upstream's later sources. @default by the image's tag */
  provisionerRelease?: pulumi.Input<ProvisionerRelease>;
  /**
   * What becomes of a volume whose claim is deleted. `Retain`: volume and directory stay. `Delete`: the volume goes, and
   * `onDelete` decides about the directory. @default "Retain"
   */
  reclaimPolicy?: pulumi.Input<"Retain" | "Delete">;
  /**
   * With reclaim policy `Delete`: `delete` removes the directory with all data, `archive` renames it to
   * `archived-<directory>`, `retain` leaves it as it is. The provisioner reads it when a volume is deleted, of the class
   * that then has the name: a change counts for all volumes of the class, older ones too. @default "archive"
   */
  onDelete?: pulumi.Input<OnDelete>;
  /**
   * Where a claim's directory lies below the export. Refused when it could lead out of it, collide or come out empty, and
   * where the provisioner's release would delete or archive another directory. A later claim of the same namespace and name
   * gets the same one, also in another class with such a pattern: let each class's begin differently. With
   * `onDelete: "delete"`, or to change it from several levels to one, take a new `className`: older volumes keep their paths,
   * and are deleted by the parameters of the class of their name.
   * Example: `${.PVC.namespace}_${.PVC.name}`. @default `<namespace>-<claim>-<volume>`, which is always unique
   */
  pathPattern?: pulumi.Input<string>;
  /** Mount options of its volumes. Example: `["nfsvers=4.2", "hard"]`. @default the nodes' own */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A StorageClass of the NFS provisioner. Sizes are not enforced: NFS has no quota a directory. */
export class NfsStorageClass extends pulumi.ComponentResource {
  readonly className: pulumi.Output<string>;
  readonly storageClass: k8s.storage.v1.StorageClass;
  /** One sentence: what deleting a claim of this class does to the data. */
  readonly deletionEffect: pulumi.Output<string>;

  constructor(name: string, args: NfsStorageClassArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:storage:NfsStorageClass", name, args, opts);
    const what = (argument: string) => `${argument} of NfsStorageClass ${name}`;
    const each = <T extends string>(
      argument: string,
      value: pulumi.Input<T>,
      error: (value: T) => string | undefined,
    ) => derived(value, checked(this, what(argument), value, error as never), (known) => known as T);
    const { pathPattern, provisionerRelease, provisionerImage = DEFAULT_PROVISIONER_IMAGE } = args;
    const rules = checked<Inputs<DeletionRules>>(
      this,
      what("pathPattern"),
      {
        reclaimPolicy: args.reclaimPolicy ?? "Retain",
        onDelete: args.onDelete ?? "archive",
        pathPattern: pathPattern === undefined ? undefined : each("pathPattern", pathPattern, pathPatternError),
        release:
          provisionerRelease === undefined
            ? derived(provisionerImage, pulumi.output(provisionerImage), releaseOf)
            : each("provisionerRelease", provisionerRelease, releaseError),
      },
      deletionError,
    );

    this.storageClass = storageClass(this, name, args, {
      provisioner: args.provisionerName ?? DEFAULT_PROVISIONER_NAME,
      reclaimPolicy: rules.reclaimPolicy,
      parameters: rules.apply(parametersOf),
      mountOptions:
        args.mountOptions &&
        checked(this, `mountOptions of NfsStorageClass ${name}`, args.mountOptions, mountOptionsError),
    });
    this.className = this.storageClass.metadata.name;
    this.deletionEffect = pulumi.all([this.className, rules]).apply(([cls, known]) => deletionEffect(cls, known));
    this.registerOutputs({ className: this.className, deletionEffect: this.deletionEffect });
  }
}

type Inputs<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** Upstream's parameters: `onDelete` knows delete and retain, archiving is the older `archiveOnDelete`. */
function parametersOf(rules: DeletionRules): Record<string, string> {
  const { pathPattern } = rules;
  // Somebody may set a kept volume's policy to Delete by hand: what its release cannot delete stays all the same.
  const kept = deletionError({ ...rules, reclaimPolicy: "Delete" }) !== undefined;
  const onDelete = kept ? "retain" : rules.onDelete;
  return {
    ...(onDelete === "archive" ? { archiveOnDelete: "true" } : { onDelete }),
    ...(pathPattern !== undefined && { pathPattern }),
  };
}
