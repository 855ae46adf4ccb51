import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked, warned } from "../checked";
import type { Metadata } from "../metadata";
import { mountOptionsError } from "../nfs/mount-options";
import { objectNameError } from "../object-name";
import { optionalField } from "../optional-field";
import { required } from "../required";
import { parseQuantity, sizeError } from "./quantity";
import { staticPair } from "./static-pair";
import {
  volumeError,
  volumeWarning,
  type AccessMode,
  type KnownVolume,
  type ReclaimPolicy,
  type VolumeSettings,
} from "./volume-rules";
import type { VolumeSource } from "./volume-source";

export type { AccessMode, ReclaimPolicy } from "./volume-rules";
export type * from "./volume-source";

export interface StaticVolumeArgs {
  /** Name of the PersistentVolume. Example: `pv-shiqi-redis`. */
  volumeName: pulumi.Input<string>;
  /** Name of the claim. Example: `pvc-shiqi-redis`. */
  claimName: pulumi.Input<string>;
  /** The claim's namespace. Example: `shiqi`. */
  namespace: pulumi.Input<string>;
  /** Where the data are: nfs, hostPath, local, awsElasticBlockStore or csi. */
  source: VolumeSource;
  /** Size of the volume; nfs, hostPath and local do not enforce it. Example: `64Mi`. */
  capacity: pulumi.Input<string>;
  /** Size that the claim asks for, at most the volume's; a bound claim has the volume's. @default `capacity` */
  request?: pulumi.Input<string>;
  /** Of both. Refused where the source cannot give them. @default ["ReadWriteMany"] for nfs, ["ReadWriteOnce"] for the others */
  accessModes?: pulumi.Input<pulumi.Input<AccessMode>[]>;
  /** Class of both. `""` means none, so that no provisioner makes a volume for the claim; local needs one. @default "" */
  storageClassName?: pulumi.Input<string>;
  /** Whether the volume names its claim (`claimRef`), so that no other claim takes it. @default true, for local false */
  claimRef?: boolean;
  /**
   * Whether the claim names its volume (`volumeName`). Otherwise it takes any volume of its class that is large enough, and
   * where the class waits for the first consumer, it stays unbound until the scheduler has put a pod on a node.
   * @default true, for local false
   */
  claimNamesVolume?: boolean;
  /**
   * What becomes of the volume once its claim is deleted. `Delete` is refused for a source that nothing can delete: nfs,
   * local, awsElasticBlockStore, and hostPath outside `/tmp`. @default "Retain"
   */
  reclaimPolicy?: pulumi.Input<ReclaimPolicy>;
  /** Mount options. Example: `["nfsvers=4.2"]`. @default the nodes' own */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Labels and annotations of the volume and its claim. @default none */
  metadata?: Metadata;
}

/**
 * A PersistentVolume and its claim, bound to each other from both sides: the volume's `claimRef` keeps other claims off
 * it, the claim's `volumeName` keeps it off other volumes. A local volume has neither: one of them binds the pair at once,
 * also where the class would wait for the first consumer.
 *
 * Kubernetes changes neither the source of a volume nor the spec of a claim, and a claim replaced alone leaves its volume
 * Released, with the uid of the old claim. So a change of anything here replaces both, in the order that Kubernetes needs:
 * first what names `persistentVolume` in its `replaceWith` is deleted, then the claim, then the volume, and all are made
 * again. The preview shows it, and the data stay: only the objects are replaced. (With reclaim policy `Delete` they do not:
 * the claim's deletion is what deletes them.)
 *
 * Renaming it in a program replaces nothing when the old name is given: `{ aliases: [{ name: "old" }] }`.
 */
export class StaticVolume extends pulumi.ComponentResource {
  readonly volumeName: pulumi.Output<string>;
  /** The claim's name: once it is bound, or, where its class waits for the first consumer, once it is there. */
  readonly claimName: pulumi.Output<string>;
  /** What both offer and ask for, for the rules of workloads. */
  readonly accessModes: pulumi.Output<AccessMode[]>;
  /** The volume, for the `replaceWith` of what uses the claim and is not given this whole component. */
  readonly persistentVolume: k8s.core.v1.PersistentVolume;
  readonly claim: k8s.core.v1.PersistentVolumeClaim;

  constructor(name: string, args: StaticVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:storage:StaticVolume",
      name,
      required(`StaticVolume ${name}`, args, {
        volumeName: true,
        claimName: true,
        namespace: true,
        source: true,
        capacity: true,
      }),
      opts,
    );
    const isLocal = args.source.type === "local";
    const { claimRef = !isLocal, claimNamesVolume = !isLocal } = args;
    const known = this.check(name, args);
    const { accessModes, reclaimPolicy, storageClassName } = known;
    const sizes = { capacity: args.capacity, request: args.request ?? args.capacity };
    const { capacity, request } = checked(this, `StaticVolume ${name}`, sizes, sizesError);
    const pair = staticPair(this, name, {
      ...args,
      volumeName: checked(this, `volumeName of StaticVolume ${name}`, args.volumeName, objectNameError),
      claimName: checked(this, `claimName of StaticVolume ${name}`, args.claimName, objectNameError),
      capacity,
      accessModes,
      reclaimPolicy,
      storageClassName,
      mountOptions: this.mountOptions(name, args),
      annotations: optionalField(known.apply(deletedBy)),
      claimRef,
      claimNamesVolume,
      asked: request,
    });
    this.persistentVolume = pair.persistentVolume;
    this.claim = pair.claim;
    this.volumeName = this.persistentVolume.metadata.name;
    this.claimName = this.claim.metadata.name;
    this.accessModes = accessModes;
    this.registerOutputs({ volumeName: this.volumeName, claimName: this.claimName });
  }

  /** What other sources take as options is their file system's to say. */
  private mountOptions(name: string, { source, mountOptions }: StaticVolumeArgs): StaticVolumeArgs["mountOptions"] {
    if (mountOptions === undefined || source.type !== "nfs") return mountOptions;
    return checked(this, `mountOptions of StaticVolume ${name}`, mountOptions, mountOptionsError);
  }

  /** The settings that rule each other, once they are known to fit. */
  private check(name: string, args: StaticVolumeArgs): pulumi.Output<pulumi.Unwrap<VolumeSettings>> {
    const settings: VolumeSettings = {
      source: args.source,
      accessModes: args.accessModes ?? [args.source.type === "nfs" ? "ReadWriteMany" : "ReadWriteOnce"],
      reclaimPolicy: args.reclaimPolicy ?? "Retain",
      storageClassName: args.storageClassName ?? "",
    };
    const what = `StaticVolume ${name}`;
    const known = checked(this, what, settings, volumeError);
    return warned(what, known, volumeWarning);
  }
}

/** Why a volume of this size is none, or none for such a claim, which then would wait for another one for good. */
function sizesError({ capacity, request }: { capacity: string; request: string }): string | undefined {
  const wrong = Object.entries({ capacity, request }).find(([, size]) => sizeError(size) !== undefined);
  if (wrong !== undefined) return `${wrong[0]}: ${sizeError(wrong[1])}`;
  if ((parseQuantity(request) ?? 0n) <= (parseQuantity(capacity) ?? 0n)) return undefined;
  return (
    `request: "${request}" is more than the volume's capacity "${capacity}", so the claim would never be bound: ` +
    `leave it out, or ask for less`
  );
}

/** External provisioners delete only what they are said to have made, so a static csi volume that may go has to say so. */
function deletedBy({ source, reclaimPolicy }: KnownVolume): Record<string, string> | undefined {
  return source.type === "csi" && reclaimPolicy === "Delete"
    ? { "pv.kubernetes.io/provisioned-by": source.driver }
    : undefined;
}
