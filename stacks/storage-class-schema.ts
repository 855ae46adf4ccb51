import { z } from "zod";
import { pathPatternError } from "../components/index";
import { objectName, text, unquoted } from "./fields";
import { mountOptions } from "./node-schema";

/** A class of the subdirectory provisioner. */
export const storageClass = z
  .strictObject({
    name: objectName.describe("Name of the class"),
    reclaimPolicy: z
      .enum(["Retain", "Delete"])
      .default("Retain")
      .describe("Retain keeps volume and directory of a deleted claim; Delete removes the volume"),
    onDelete: z
      .enum(["delete", "archive", "retain"])
      .optional()
      .describe("With Delete: what becomes of the directory and its data. Default: archive"),
    pathPattern: text(unquoted(pathPatternError))
      .optional()
      .describe("Where a claim's directory lies, such as ${.PVC.namespace}_${.PVC.name}"),
    mountOptions: mountOptions
      .optional()
      .describe("Mount options of its volumes. Default: infrastructure.mountOptions"),
    default: z.boolean().default(false).describe("Whether claims that name no class get this one"),
  })
  .refine((value) => value.onDelete === undefined || value.reclaimPolicy === "Delete", {
    path: ["onDelete"],
    error: "has no effect with reclaimPolicy Retain: take it out, or set reclaimPolicy: Delete",
  });

export type StorageClassConfig = z.output<typeof storageClass>;
