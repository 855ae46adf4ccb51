import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode } from "../storage/StaticVolume";

/** A claim that exists, mounted by every replica. */
export interface ExistingClaim {
  claimName: pulumi.Input<string>;
  /** The volume's name in the pod. @default `volume-<component's name>` */
  volumeName?: string;
  /**
   * Several replicas on one claim write over each other's data. Set this to have it all the same, to show that.
   * @default false
   */
  shareBetweenReplicas?: boolean;
  /**
   * `StaticVolume.persistentVolume`: when it has to be replaced, this is replaced with it, and first: the claim is not
   * deleted until its pods are gone. @default none
   */
  replaceWith?: pulumi.Resource;
}

/** A claim for each replica, `<template>-<pod>`. Pulumi does not know them: they outlive the StatefulSet unless `retention` says otherwise. */
export interface ClaimTemplate {
  template: {
    /** Name of the template, the first part of its claims' names. Example: `pvc-shiqi`. */
    name: string;
    storageClassName: pulumi.Input<string>;
    /** Size of each claim. @default "64Mi" */
    capacity?: pulumi.Input<string>;
    /** @default ["ReadWriteOnce"] */
    accessModes?: pulumi.Input<pulumi.Input<AccessMode>[]>;
    /** Whether the claims go when the StatefulSet is deleted or scaled down. @default both "Retain" */
    retention?: { whenDeleted?: "Retain" | "Delete"; whenScaled?: "Retain" | "Delete" };
  };
}

/** Where the data of a StatefulSet are: on one claim, or on a claim for each replica. */
export type StatefulStorage = ExistingClaim | ClaimTemplate;

/** The name under which the containers mount the storage. */
export function volumeNameOf(name: string, storage: StatefulStorage): string {
  return "template" in storage ? storage.template.name : (storage.volumeName ?? `volume-${name}`);
}

/** What the pods' `volumes` say of the storage: nothing where a template makes the claims. */
export function podVolumes(name: string, storage: StatefulStorage) {
  if ("template" in storage) return [];
  return [{ name: volumeNameOf(name, storage), persistentVolumeClaim: { claimName: storage.claimName } }];
}

/** What the StatefulSet's spec says of the storage: nothing where the claim is there already. */
export function claimTemplates(storage: StatefulStorage) {
  if (!("template" in storage)) return {};
  const { template } = storage;
  const { whenDeleted = "Retain", whenScaled = "Retain" } = template.retention ?? {};
  return {
    volumeClaimTemplates: [
      {
        metadata: { name: template.name },
        spec: {
          accessModes: template.accessModes ?? ["ReadWriteOnce"],
          resources: { requests: { storage: template.capacity ?? "64Mi" } },
          storageClassName: template.storageClassName,
        },
      },
    ],
    persistentVolumeClaimRetentionPolicy: template.retention && { whenDeleted, whenScaled },
  };
}

/** Why this many replicas cannot have this storage. */
export function replicasFault(count: number, storage: StatefulStorage): string | undefined {
  if (!Number.isInteger(count) || count < 0) return `${count} is not a number of pods`;
  if (count > 1 && !("template" in storage) && !storage.shareBetweenReplicas) {
    return (
      `${count} replicas on one claim write over each other's data. Use a template, which gives each its own claim, ` +
      `or set shareBetweenReplicas to show what goes wrong`
    );
  }
  return undefined;
}
