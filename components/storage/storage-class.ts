import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectMeta, type Metadata } from "../metadata";

/** What every component that makes a StorageClass takes. */
export interface NamedClassArgs {
  /** The class's name. @default the component's own name */
  className?: pulumi.Input<string>;
  /** Whether claims that name no class get this one. @default false */
  isDefault?: pulumi.Input<boolean>;
  /** Labels and annotations of the StorageClass. @default none */
  metadata?: Metadata;
}

/** Makes the StorageClass of the component `parent`, whose own name is `name`. */
export function storageClass(
  parent: pulumi.ComponentResource,
  name: string,
  { className = name, isDefault = false, metadata }: NamedClassArgs,
  spec: Omit<k8s.storage.v1.StorageClassArgs, "metadata">,
): k8s.storage.v1.StorageClass {
  const annotations = pulumi
    .output(isDefault)
    .apply((yes): Record<string, string> => (yes ? { "storageclass.kubernetes.io/is-default-class": "true" } : {}));
  return new k8s.storage.v1.StorageClass(
    `${name}-class`,
    { metadata: objectMeta({ name: className, annotations }, metadata), ...spec },
    {
      parent,
      // A class may be replaced while volumes refer to it by its name: the new one must not meet the old one.
      deleteBeforeReplace: true,
      // The fields that the API server keeps; the provider knows only the first two of them as such.
      replaceOnChanges: ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
    },
  );
}
