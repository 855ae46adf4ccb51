import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode, StaticVolume } from "../storage/static-volume";

/** One claim, mounted by every replica. */
export interface SharedClaim {
  /** The volume's name in the pod. @default `volume-<component's name>`, as far as a volume may be called so */
  volumeName?: string;
  /**
   * Several replicas on one claim write over each other's data. Set this to have it all the same, to show that; the claim
   * has to be one of ReadWriteMany. @default false
   */
  shareBetweenReplicas?: boolean;
}

/** The claim of a `StaticVolume`: its name, its access modes and what it is replaced with are taken from there. */
export interface StaticClaim extends SharedClaim {
  claim: StaticVolume;
}

/** A claim that was made elsewhere. */
export interface ExistingClaim extends SharedClaim {
  claimName: pulumi.Input<string>;
  /** The claim's access modes, for the rule about several replicas. @default not looked at */
  accessModes?: pulumi.Input<pulumi.Input<AccessMode>[]>;
  /**
   * The claim or its volume: when that has to be replaced, this is replaced with it, and first: a claim is not deleted
   * until its pods are gone. @default none
   */
  replaceWith?: pulumi.Resource;
}

/**
 * A claim for each replica, `<template>-<pod>`, made by the StatefulSet's controller. Pulumi does not know them.
 *
 * They keep the size that they were made with. Kubernetes changes no template in place, so another `capacity` (or class, or
 * access mode) replaces the StatefulSet, which then finds its old claims under their names and takes them as they are: only
 * replicas that never ran get what the template now says. A claim of a class that expands can be patched by itself
 * (`kubectl patch pvc`); the NFS provisioner's classes do not expand, and NFS enforces no size.
 *
 * They outlive the StatefulSet, and scaling down, unless `retention` says otherwise.
 */
export interface ClaimTemplate {
  template: {
    /** Name of the template, the first part of its claims' names. Example: `pvc-shiqi`. */
    name: string;
    storageClassName: pulumi.Input<string>;
    /** Size of each claim that is still to be made. @default "64Mi" */
    capacity?: pulumi.Input<string>;
    /** @default ["ReadWriteOnce"] */
    accessModes?: pulumi.Input<pulumi.Input<AccessMode>[]>;
    /**
     * Whether the claims go when the StatefulSet is deleted or scaled down; what then becomes of their data is up to their
     * class. `whenDeleted: "Delete"` takes them also when a change replaces the StatefulSet. @default both "Retain"
     */
    retention?: { whenDeleted?: "Retain" | "Delete"; whenScaled?: "Retain" | "Delete" };
  };
}

/** Where the data of a StatefulSet are: on one claim, or on a claim for each replica. */
export type StatefulStorage = StaticClaim | ExistingClaim | ClaimTemplate;

/** The storage with the fields of a claim in place of the component that made it. */
export type FlatStorage = ExistingClaim | ClaimTemplate;

/** What tells the kinds of storage apart. */
const KINDS = ["claim", "claimName", "template"];

/** The fields that have a value: one that is undefined says nothing about the kind of storage. */
function given(storage: StatefulStorage): StatefulStorage {
  return Object.fromEntries(Object.entries(storage).filter(([, value]) => value !== undefined)) as StatefulStorage &
    object;
}

/** The fields of the storage that say which kind it is: one, if all is well. */
export function storageKinds(storage: StatefulStorage): string[] {
  return Object.keys(given(storage)).filter((field) => KINDS.includes(field));
}

/** Why a storage with these of the fields that tell its kind is none. */
export function storageKindError(kinds: string[]): string | undefined {
  return kinds.length === 1 ? undefined : `give one of ${KINDS.join(", ")}, not ${kinds.join(" and ") || "none"}`;
}

export function flatStorage(withUndefined: StatefulStorage): FlatStorage {
  const storage = given(withUndefined);
  if (!("claim" in storage)) return storage;
  const { claim, ...shared } = storage;
  const { claimName, accessModes, persistentVolume: replaceWith } = claim;
  return { ...shared, claimName, accessModes, replaceWith };
}

/** The name under which the containers mount the storage. */
export function volumeNameOf(name: string, storage: FlatStorage): string {
  return "template" in storage ? storage.template.name : (storage.volumeName ?? volumeLabel(`volume-${name}`));
}

/** The text as Kubernetes takes it for a volume's name: a component may be called otherwise. */
function volumeLabel(text: string): string {
  const label = text.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
  return label.slice(0, 63).replace(/-+$/, "");
}

/** What the pods' `volumes` say of the storage: nothing where a template makes the claims. */
export function podVolumes(name: string, storage: FlatStorage) {
  if ("template" in storage) return [];
  return [{ name: volumeNameOf(name, storage), persistentVolumeClaim: { claimName: storage.claimName } }];
}

/** Size of each claim of a template that names none. */
export const DEFAULT_CAPACITY = "64Mi";

/** What the StatefulSet's spec says of the storage: nothing where the claim is there already. */
export function claimTemplates(storage: FlatStorage, capacity: pulumi.Input<string>) {
  if (!("template" in storage)) return {};
  const { template } = storage;
  const { whenDeleted = "Retain", whenScaled = "Retain" } = template.retention ?? {};
  return {
    volumeClaimTemplates: [
      {
        metadata: { name: template.name },
        spec: {
          accessModes: template.accessModes ?? ["ReadWriteOnce"],
          resources: { requests: { storage: capacity } },
          storageClassName: template.storageClassName,
        },
      },
    ],
    persistentVolumeClaimRetentionPolicy: template.retention && { whenDeleted, whenScaled },
  };
}

/** Why this many replicas cannot have this storage; `accessModes` are the existing claim's, where they are known. */
export function replicasError(count: number, storage: FlatStorage, accessModes: string[]): string | undefined {
  if (!Number.isInteger(count) || count < 0) return `${count} is not a number of pods`;
  if (count < 2 || "template" in storage) return undefined;
  const remedy = "Use a template, which gives each its own claim";
  if (accessModes.length > 0 && !accessModes.includes("ReadWriteMany")) {
    return (
      `${count} replicas on one claim of ${accessModes.join(" and ")}: those on a second node could not have it, or, on ` +
      `storage that enforces nothing, would write over the others' data. ${remedy}, or a claim of ReadWriteMany`
    );
  }
  if (storage.shareBetweenReplicas) return undefined;
  return (
    `${count} replicas on one claim write over each other's data. ${remedy}, ` +
    `or set shareBetweenReplicas to show what goes wrong`
  );
}
