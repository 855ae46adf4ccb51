import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectMeta, type Metadata, type Texts } from "../metadata";
import { optionalField } from "../optional-field";
import type { AccessMode } from "./volume-rules";
import { sourceSpec, type VolumeSource } from "./volume-source";

/** A volume and its claim, all of it checked. */
export interface StaticPairArgs {
  volumeName: pulumi.Input<string>;
  claimName: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  source: VolumeSource;
  capacity: pulumi.Input<string>;
  /** What the program says that the claim asks for. @default the capacity */
  request?: pulumi.Input<string>;
  /** What the claim asks for. */
  asked: pulumi.Input<string>;
  accessModes: pulumi.Output<AccessMode[]>;
  reclaimPolicy: pulumi.Input<string>;
  /** `""` for none. */
  storageClassName: pulumi.Output<string>;
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Of the volume. */
  annotations?: Texts;
  /** Of the volume: with what the API server deletes it. */
  ownerReferences?: pulumi.Input<k8s.types.input.meta.v1.OwnerReference>[];
  /** Whether the volume names its claim. */
  claimRef: boolean;
  /** Whether the claim names its volume. */
  claimNamesVolume: boolean;
  metadata?: Metadata;
}

/**
 * Makes, below `parent`, a PersistentVolume and its claim; a change of what Kubernetes changes in neither replaces both.
 *
 * @param options Of both, next to their own.
 */
export function staticPair(
  parent: pulumi.ComponentResource,
  name: string,
  args: StaticPairArgs,
  options: pulumi.CustomResourceOptions = {},
): { persistentVolume: k8s.core.v1.PersistentVolume; claim: k8s.core.v1.PersistentVolumeClaim } {
  const { accessModes, storageClassName, claimRef, claimNamesVolume } = args;
  const persistentVolume = new k8s.core.v1.PersistentVolume(
    `${name}-volume`,
    {
      metadata: {
        ...objectMeta({ name: args.volumeName, annotations: args.annotations }, args.metadata),
        ownerReferences: args.ownerReferences,
      },
      spec: {
        capacity: { storage: args.capacity },
        accessModes,
        persistentVolumeReclaimPolicy: args.reclaimPolicy,
        storageClassName: optionalField(storageClassName.apply((className) => className || undefined)),
        mountOptions: args.mountOptions,
        claimRef: claimRef ? { name: args.claimName, namespace: args.namespace } : undefined,
        ...sourceSpec(args.source),
      },
    },
    {
      ...options,
      parent,
      deleteBeforeReplace: true,
      replacementTrigger: pulumi.jsonStringify([
        { ...args.source },
        args.claimName,
        args.namespace,
        args.capacity,
        accessModes,
        storageClassName,
        args.request,
        claimRef,
        claimNamesVolume,
      ]),
    },
  );
  const claim = new k8s.core.v1.PersistentVolumeClaim(
    `${name}-claim`,
    {
      metadata: objectMeta({ name: args.claimName, namespace: args.namespace }, args.metadata),
      spec: {
        accessModes,
        resources: { requests: { storage: args.asked } },
        ...(claimNamesVolume
          ? { storageClassName, volumeName: persistentVolume.metadata.name }
          : { storageClassName: persistentVolume.spec.apply((spec) => spec.storageClassName ?? "") }),
      },
    },
    // Not `replaceWith`: the engine (3.259) deletes what has it in any order, and first. A claim that depends on the
    // volume by its spec is deleted after its users and before the volume.
    { ...options, parent, deleteBeforeReplace: true, replaceOnChanges: ["spec"] },
  );
  return { persistentVolume, claim };
}
