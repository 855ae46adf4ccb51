import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked, warned } from "../checked";
import { type NamedClassArgs, storageClass } from "./storage-class";

/** The provisioner of classes whose volumes somebody makes by hand. */
export const NO_PROVISIONER = "kubernetes.io/no-provisioner";

export interface VolumeClassArgs extends NamedClassArgs {
  /**
   * Who makes the volumes of its claims: a CSI driver that is installed in the cluster, such as `ebs.csi.aws.com` or
   * `diskplugin.csi.alibabacloud.com`. @default "kubernetes.io/no-provisioner": none, the volumes are `StaticVolume`s
   */
  provisioner?: pulumi.Input<string>;
  /** What the provisioner wants to know; its manual says which. Example: `{ type: "gp3" }`. @default none */
  parameters?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** What becomes of a volume that the provisioner made, once its claim is deleted. @default "Retain" */
  reclaimPolicy?: pulumi.Input<"Retain" | "Delete">;
  /**
   * When a claim gets its volume: with the first pod, so that the volume suits the pod's node, or at once. Disks that are
   * tied to a node or zone want the former. @default "WaitForFirstConsumer"
   */
  volumeBindingMode?: pulumi.Input<"WaitForFirstConsumer" | "Immediate">;
  /** Whether claims may ask for more later; the provisioner has to be able to. @default false */
  allowVolumeExpansion?: pulumi.Input<boolean>;
  /** Mount options of its volumes. @default the provisioner's own */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A StorageClass of any provisioner, or of none: `local-storage` for local volumes, a cloud's disks. Named for what its
 * volumes have in common, because `NfsStorageClass` is the one that knows its provisioner and what deleting does to data.
 * The API server checks neither provisioner nor parameters: an error in them shows in the events of the first claim.
 */
export class VolumeClass extends pulumi.ComponentResource {
  readonly className: pulumi.Output<string>;
  readonly storageClass: k8s.storage.v1.StorageClass;

  constructor(name: string, args: VolumeClassArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:storage:VolumeClass", name, args, opts);
    const settings: ClassSettings = {
      provisioner: args.provisioner ?? NO_PROVISIONER,
      parameters: args.parameters ?? {},
      allowVolumeExpansion: args.allowVolumeExpansion ?? false,
    };
    const what = `VolumeClass ${name}`;
    const checkedSettings = checked(this, what, settings, classError);
    const known = warned(what, checkedSettings, classWarning);

    this.storageClass = storageClass(this, name, args, {
      provisioner: known.provisioner,
      parameters: args.parameters,
      reclaimPolicy: args.reclaimPolicy ?? "Retain",
      volumeBindingMode: args.volumeBindingMode ?? "WaitForFirstConsumer",
      allowVolumeExpansion: args.allowVolumeExpansion,
      mountOptions: args.mountOptions,
    });
    this.className = this.storageClass.metadata.name;
    this.registerOutputs({ className: this.className });
  }
}

/** What rules each other. */
type ClassSettings = Required<Pick<VolumeClassArgs, "provisioner" | "parameters" | "allowVolumeExpansion">>;
type KnownClass = pulumi.Unwrap<ClassSettings>;

function classError({ provisioner, parameters }: KnownClass): string | undefined {
  const names = Object.keys(parameters).join(", ");
  if (provisioner !== NO_PROVISIONER || names === "") return undefined;
  return `parameters: a class without provisioner does not use ${names}: remove them, or name a provisioner`;
}

function classWarning({ provisioner, allowVolumeExpansion }: KnownClass): string | undefined {
  if (provisioner !== NO_PROVISIONER || !allowVolumeExpansion) return undefined;
  return (
    `allowVolumeExpansion lets its claims ask for more, but a class without provisioner has no controller that makes a volume ` +
    `larger: such a claim keeps its size`
  );
}
