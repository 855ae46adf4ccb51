import { z } from "zod";
import { DEFAULT_PROVISIONER_NAME, type ProvisionerRelease } from "../components/index";
import { existingSchema } from "./existing-schema";
import { exportSchema } from "./export-schema";
import { dnsLabel, image, namePrefix, OWN_NAMESPACE, provisionerName, text } from "./fields";
import { sshHost } from "./host-schema";
import { mountOptions } from "./node-schema";
import { type ProvisionerConfig, provisionerSchema } from "./provisioner-schema";
import { storageClass, type StorageClassConfig } from "./storage-class-schema";

/** Short, since names of other objects are made with it. */
const exportName = text((value) =>
  /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(value)
    ? undefined
    : 'is not a name such as archive: a small letter, then small letters, digits and "-", 20 in all at most',
);

/** An entry of `infrastructure.additional`: a further export, with a provisioner and classes of its own. */
export const additionalSchema = z.strictObject({
  name: exportName.describe("Its name in this config, in previews and errors, and the end of default names below"),
  nas: sshHost.optional().describe("The host that serves it. Default: infrastructure.nas"),
  export: exportSchema.optional().describe("What the host serves. This or existing is needed"),
  existing: existingSchema.optional().describe("In place of nas and export: an export that is there already"),
  mountOptions: mountOptions
    .optional()
    .describe(
      "Mount options of the proof, the provisioner and classes without. Default: infrastructure.mountOptions; with existing none",
    ),
  provisioner: provisionerSchema
    .extend({
      namespace: dnsLabel.optional().describe("Its namespace. Default: nfs-provisioner-NAME"),
      createNamespace: z.boolean().default(true).describe(OWN_NAMESPACE),
      clusterRolePrefix: namePrefix
        .optional()
        .describe("Start of the names of its ClusterRole and its binding. Default: NAME-"),
      image: image.optional().describe("Its image. Default: that of infrastructure.provisioner"),
      name: provisionerName
        .optional()
        .describe(`Name that classes refer to it by. Default: ${DEFAULT_PROVISIONER_NAME}-NAME`),
    })
    .prefault({}),
  storageClasses: z
    .array(storageClass)
    .min(1)
    .optional()
    .describe("Default: nfs-client-NAME, which archives the data of a deleted claim"),
});

export type AdditionalSettings = z.output<typeof additionalSchema>;

/** A further export with all that follows from its name, and from the first one's provisioner. */
export function additionalWith(
  { provisioner, storageClasses, ...rest }: AdditionalSettings,
  first: { image: string; release?: ProvisionerRelease },
): Omit<AdditionalSettings, "provisioner" | "storageClasses"> & {
  provisioner: ProvisionerConfig;
  storageClasses: StorageClassConfig[];
} {
  const { name } = rest;
  return {
    ...rest,
    provisioner: {
      ...provisioner,
      namespace: provisioner.namespace ?? `nfs-provisioner-${name}`,
      clusterRolePrefix: provisioner.clusterRolePrefix ?? `${name.slice(0, 19)}-`,
      image: provisioner.image ?? first.image,
      release: provisioner.release ?? (provisioner.image === undefined ? first.release : undefined),
      name: provisioner.name ?? `${DEFAULT_PROVISIONER_NAME}-${name}`,
    },
    storageClasses: storageClasses ?? [
      { name: `nfs-client-${name}`, reclaimPolicy: "Delete" as const, onDelete: "archive" as const, default: false },
    ],
  };
}
