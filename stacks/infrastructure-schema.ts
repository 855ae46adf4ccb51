import { z } from "zod";
import { additionalSchema, additionalWith } from "./additional-schema";
import { clusterFields } from "./cluster-fields";
import { csiSchema } from "./csi-schema";
import { existingSchema, sourceError } from "./existing-schema";
import { exportSchema } from "./export-schema";
import { nextToOthers } from "./fields";
import { hostWith, sshDefaults, sshHost } from "./host-schema";
import { infrastructureErrors } from "./infrastructure-rules";
import { mountOptions, nodePodsSchema } from "./node-schema";
import { provisionerSchema } from "./provisioner-schema";
import { storageClass } from "./storage-class-schema";

export const infrastructureFields = z.strictObject({
  ...clusterFields,
  ssh: sshDefaults.optional().describe("How the hosts are logged in to, where they do not say otherwise"),
  nas: sshHost.optional().describe("The host that serves NFS. This and export, or existing, is needed"),
  export: exportSchema.optional(),
  existing: existingSchema
    .optional()
    .describe("In place of nas and export: an export that is there already, and on whose server nothing is done"),
  nodes: z
    .array(sshHost)
    .min(1)
    .optional()
    .describe("The cluster's nodes, each of which gets the NFS client. May be left out with nodePods"),
  nodePods: nodePodsSchema
    .optional()
    .describe("Proves the nodes by pods, without SSH; nodePods: {} takes all defaults. Default: by SSH alone"),
  mountOptions: mountOptions
    .optional()
    .describe("Mount options of the proof, the provisioner, static volumes and classes without. Default: the nodes'"),
  provisioner: provisionerSchema.prefault({}),
  storageClasses: z
    .array(storageClass)
    .min(1)
    .default([
      { name: "nfs-client", reclaimPolicy: "Delete", onDelete: "delete", default: false },
      { name: "nfs-client-retain", reclaimPolicy: "Retain", default: false },
    ])
    .describe("Default: the course's nfs-client (deletes the data) and nfs-client-retain"),
  additional: z
    .array(additionalSchema)
    .optional()
    .describe("Further exports, of this NAS or another, each with a provisioner and classes of its own. Default: none"),
  csi: csiSchema.optional().describe("The CSI driver for NFS, with its classes. Default: none"),
  generation: z
    .int()
    .min(1)
    .default(1)
    .describe("Raising it runs the hosts' scripts again. After a change by hand the verb up does so"),
  force: z.boolean().default(false).describe("Withdraw the exports although clients use them"),
});

/** The key `infrastructure`: the NAS, the nodes, the provisioner and its classes. */
export const infrastructureSchema = infrastructureFields
  .refine(({ nodes, nodePods }) => nodes !== undefined || nodePods !== undefined, {
    path: ["nodes"],
    error: "is missing: list the nodes as SSH reaches them, or set nodePods: {} to prove them by pods, without SSH",
    ...nextToOthers,
  })
  .superRefine((value, context) => {
    const error = sourceError(value);
    if (error !== undefined) context.addIssue({ code: "custom", ...error });
  }, nextToOthers)
  .superRefine((value, context) => {
    for (const { path, message } of infrastructureErrors(value)) context.addIssue({ code: "custom", path, message });
  })
  .transform(({ ssh, nas, nodes = [], additional, ...rest }) => ({
    ...rest,
    nas: nas && hostWith(nas, ssh),
    nodes: nodes.map((node) => hostWith(node, ssh)),
    additional: additional?.map((each) => ({
      ...additionalWith(each, rest.provisioner),
      nas: each.nas && hostWith(each.nas, ssh),
    })),
  }));

export type InfrastructureConfig = z.output<typeof infrastructureSchema>;
