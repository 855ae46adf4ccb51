import { z } from "zod";
import { pathPatternError } from "../components/index";
import { objectName, text, unquoted } from "./fields";
import { mountOptions } from "./node-schema";

/** What a class says, whoever makes its volumes, with what it does by default. */
export const classFields = <P extends "Retain" | "Delete">(defaults: { reclaimPolicy: P; onDelete: string }) => ({
  name: objectName.describe("Name of the class"),
  reclaimPolicy: z
    .enum(["Retain", "Delete"])
    .default(defaults.reclaimPolicy)
    .describe("Retain keeps volume and directory of a deleted claim; Delete removes the volume"),
  onDelete: z
    .enum(["delete", "archive", "retain"])
    .optional()
    .describe(`With Delete: what becomes of the directory and its data. Default: ${defaults.onDelete}`),
  mountOptions: mountOptions.optional().describe("Mount options of its volumes. Default: infrastructure.mountOptions"),
  default: z.boolean().default(false).describe("Whether claims that name no class get this one"),
});

/** Whether `onDelete` means anything: for `refine`, with the error where it does not. */
export const onDeleteHasEffect = (value: { onDelete?: string; reclaimPolicy: string }) =>
  value.onDelete === undefined || value.reclaimPolicy === "Delete";
export const ON_DELETE_ERROR = {
  path: ["onDelete"],
  error: "has no effect with reclaimPolicy Retain: take it out, or set reclaimPolicy: Delete",
};

/** A class of the subdirectory provisioner. */
export const storageClass = z
  .strictObject({
    ...classFields({ reclaimPolicy: "Retain", onDelete: "archive" }),
    pathPattern: text(unquoted(pathPatternError))
      .optional()
      .describe("Where a claim's directory lies, such as ${.PVC.namespace}_${.PVC.name}"),
  })
  .refine(onDeleteHasEffect, ON_DELETE_ERROR);

export type StorageClassConfig = z.output<typeof storageClass>;
