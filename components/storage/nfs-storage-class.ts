import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { DEFAULT_PROVISIONER_NAME } from "./nfs-provisioner";
import { pathPatternError } from "./path-pattern";
import { type NamedClassArgs, storageClass } from "./storage-class";

/** What becomes of a volume's directory once its claim is deleted, where the reclaim policy is `Delete`. */
export type OnDelete = "delete" | "archive" | "retain";

export interface NfsStorageClassArgs extends NamedClassArgs {
  /** `NfsProvisioner.provisionerName`. @default "k8s-sigs.io/nfs-subdir-external-provisioner" */
  provisionerName?: pulumi.Input<string>;
  /**
   * What becomes of a volume whose claim is deleted. `Retain`: volume and directory stay. `Delete`: the volume goes, and
   * `onDelete` decides about the directory. @default "Retain"
   */
  reclaimPolicy?: pulumi.Input<"Retain" | "Delete">;
  /**
   * With reclaim policy `Delete`: `delete` removes the directory with all data, `archive` renames it to
   * `archived-<directory>`, `retain` leaves it as it is. @default "archive"
   */
  onDelete?: pulumi.Input<OnDelete>;
  /**
   * Where a claim's directory lies below the export. Refused when it could lead out of it, collide or come out empty.
   * Example: `${.PVC.namespace}/${.PVC.name}`. @default `<namespace>-<claim>-<volume>`, which is always unique
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
    const reclaimPolicy = pulumi.output(args.reclaimPolicy ?? "Retain");
    const onDelete = pulumi.output(args.onDelete ?? "archive");
    const pathPattern =
      args.pathPattern === undefined
        ? undefined
        : checked(this, `pathPattern of NfsStorageClass ${name}`, args.pathPattern, pathPatternError);

    this.storageClass = storageClass(this, name, args, {
      provisioner: args.provisionerName ?? DEFAULT_PROVISIONER_NAME,
      reclaimPolicy,
      parameters: pulumi
        .all([onDelete, pathPattern])
        .apply(([effect, pattern]) => ({ ...deletionParameters(effect), ...(pattern && { pathPattern: pattern }) })),
      mountOptions: args.mountOptions,
    });
    this.className = this.storageClass.metadata.name;
    this.deletionEffect = pulumi
      .all([this.className, reclaimPolicy, onDelete])
      .apply(([cls, policy, effect]) => describeDeletion(cls, policy, effect));
    this.registerOutputs({ className: this.className, deletionEffect: this.deletionEffect });
  }
}

/** Upstream's parameters: `onDelete` knows delete and retain, archiving is the older `archiveOnDelete`. */
function deletionParameters(onDelete: OnDelete): Record<string, string> {
  return onDelete === "archive" ? { archiveOnDelete: "true" } : { onDelete };
}

function describeDeletion(className: string, reclaimPolicy: "Retain" | "Delete", onDelete: OnDelete): string {
  const claim = `Deleting a claim of class ${className}`;
  if (reclaimPolicy === "Retain") return `${claim} keeps its volume (Released) and its directory with all data.`;
  switch (onDelete) {
    case "delete":
      return `${claim} deletes its volume and its directory with all data, for good.`;
    case "archive":
      return `${claim} deletes its volume and renames its directory to archived-<directory>; the data stay.`;
    case "retain":
      return `${claim} deletes its volume and leaves its directory with all data.`;
  }
}
