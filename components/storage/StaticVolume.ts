import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../faults";

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

/** Where a volume's data are; told apart by `type`. */
export type VolumeSource = NfsSource;

/** `ReadWriteOnce` is once a node, not once a pod; NFS enforces none of them. */
export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";

export interface StaticVolumeArgs {
  /** Name of the PersistentVolume. Example: `pv-shiqi-redis`. */
  volumeName: pulumi.Input<string>;
  /** Name of the claim. Example: `pvc-shiqi-redis`. */
  claimName: pulumi.Input<string>;
  /** The claim's namespace. Example: `shiqi`. */
  namespace: pulumi.Input<string>;
  source: VolumeSource;
  /** Size of the volume and of the claim; NFS does not enforce it. Example: `64Mi`. */
  capacity: pulumi.Input<string>;
  /** @default ["ReadWriteMany"] */
  accessModes?: pulumi.Input<pulumi.Input<AccessMode>[]>;
  /** Class of both. `""` means none, so that no provisioner makes a volume for the claim. @default "" */
  storageClassName?: pulumi.Input<string>;
  /** Whether the volume names its claim (`claimRef`), so that no other claim takes it. @default true */
  claimRef?: boolean;
  /** What becomes of the volume once its claim is deleted. Only `Retain` for nfs, whose plugin cannot delete. @default "Retain" */
  reclaimPolicy?: pulumi.Input<"Retain" | "Delete">;
  /** Mount options. Example: `["nfsvers=4.2"]`. @default the nodes' own */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A PersistentVolume and its claim, bound to each other from both sides: the volume's `claimRef` keeps other claims off
 * it, the claim's `volumeName` keeps it off other volumes.
 *
 * Kubernetes changes neither the source of a volume nor the spec of a claim, and a claim replaced alone leaves its volume
 * Released, with the uid of the old claim. So a change of anything here replaces both, in the order that Kubernetes needs:
 * first what names `persistentVolume` in its `replaceWith` is deleted, then the claim, then the volume, and all are made
 * again. The preview shows it, and the data stay: only the objects are replaced.
 */
export class StaticVolume extends pulumi.ComponentResource {
  readonly volumeName: pulumi.Output<string>;
  /** The claim's name, once it is bound. */
  readonly claimName: pulumi.Output<string>;
  /** The volume, for the `replaceWith` of what uses the claim. */
  readonly persistentVolume: k8s.core.v1.PersistentVolume;

  constructor(name: string, args: StaticVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:storage:StaticVolume", name, {}, opts);
    const accessModes = args.accessModes ?? ["ReadWriteMany"];
    const storageClassName = pulumi.output(args.storageClassName ?? "");
    const reclaimPolicy = checked(
      this,
      `reclaimPolicy of StaticVolume ${name}`,
      args.reclaimPolicy ?? "Retain",
      (policy) => reclaimFault(policy, args.source.type),
    );

    const volume = new k8s.core.v1.PersistentVolume(
      `${name}-volume`,
      {
        metadata: { name: args.volumeName },
        spec: {
          capacity: { storage: args.capacity },
          accessModes,
          persistentVolumeReclaimPolicy: reclaimPolicy,
          storageClassName: storageClassName.apply((className) => className || undefined) as pulumi.Output<string>,
          mountOptions: args.mountOptions,
          claimRef: args.claimRef === false ? undefined : { name: args.claimName, namespace: args.namespace },
          ...sourceSpec(args.source),
        },
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        replacementTrigger: pulumi.jsonStringify([
          { ...args.source },
          args.claimName,
          args.namespace,
          args.capacity,
          accessModes,
          storageClassName,
        ]),
      },
    );
    const claim = new k8s.core.v1.PersistentVolumeClaim(
      `${name}-claim`,
      {
        metadata: { name: args.claimName, namespace: args.namespace },
        spec: {
          accessModes,
          resources: { requests: { storage: args.capacity } },
          storageClassName,
          volumeName: volume.metadata.name,
        },
      },
      // Not `replaceWith`: the engine (3.259) deletes what has it in any order, and first. A claim that depends on the
      // volume by its spec is deleted after its users and before the volume.
      { parent: this, deleteBeforeReplace: true, replaceOnChanges: ["spec"] },
    );
    this.volumeName = volume.metadata.name;
    this.claimName = claim.metadata.name;
    this.persistentVolume = volume;
    this.registerOutputs({ volumeName: this.volumeName, claimName: this.claimName });
  }
}

/** Why this reclaim policy would end the volume as Failed. */
function reclaimFault(policy: string, type: VolumeSource["type"]): string | undefined {
  if (policy === "Retain") return undefined;
  if (policy === "Recycle")
    return `Recycle is deprecated and gone from most plugins: use Retain, or a class that deletes`;
  return `nothing can delete a static ${type} volume, it would end Failed: use Retain, or a class of NfsStorageClass that deletes`;
}

function sourceSpec(source: VolumeSource) {
  switch (source.type) {
    case "nfs":
      return { nfs: { server: source.server, path: source.path, readOnly: source.readOnly } };
  }
}
