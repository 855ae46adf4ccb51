import { z } from "zod";
import {
  CSI_NFS_DRIVER,
  csiDeletionError,
  DEFAULT_CSI_NFS_IMAGES,
  directoriesMeet,
  driverImageError,
  kubeletDirError,
  subDirError,
} from "../components/index";
import { COURSE_NAMES } from "./course/course-names";
import { dnsLabel, image, namePrefix, OWN_NAMESPACE, text, unquoted } from "./fields";
import { classFields, ON_DELETE_ERROR, onDeleteHasEffect } from "./storage-class-schema";

const csiClass = z
  .strictObject({
    ...classFields({ reclaimPolicy: "Delete", onDelete: "delete" }),
    subDir: text(unquoted(subDirError))
      .optional()
      .describe("Where a claim's directory lies, such as ${pvc.metadata.namespace}/${pvc.metadata.name}"),
    export: z
      .string()
      .min(1)
      .optional()
      .describe("Which export it is on: a name of infrastructure.additional. Default: the first one"),
  })
  .refine(onDeleteHasEffect, ON_DELETE_ERROR)
  .superRefine(({ reclaimPolicy, onDelete = "delete", subDir }, context) => {
    if (reclaimPolicy !== "Delete" || subDir === undefined || subDirError(subDir) !== undefined) return;
    const error = csiDeletionError({ onDelete, subDir })?.replace(`subDir "${subDir}" `, "");
    if (error !== undefined) context.addIssue({ code: "custom", path: ["subDir"], message: error });
  });

const imageOf = (key: keyof typeof DEFAULT_CSI_NFS_IMAGES, what: string) =>
  image.default(DEFAULT_CSI_NFS_IMAGES[key]).describe(what);

/** The key `infrastructure.csi`: the CSI driver for NFS, next to the subdirectory provisioner. */
export const csiSchema = z.strictObject({
  namespace: dnsLabel.default("csi-nfs").describe("Its namespace, which has to admit privileged pods"),
  createNamespace: z.boolean().default(true).describe(OWN_NAMESPACE),
  clusterRolePrefix: namePrefix.default("").describe("Start of the names of its ClusterRoles and their bindings"),
  images: z
    .strictObject({
      driver: text(unquoted(driverImageError))
        .default(DEFAULT_CSI_NFS_IMAGES.driver)
        .describe("The driver, on the controller and on every node; 4.13.1 or newer"),
      provisioner: imageOf("provisioner", "csi-provisioner"),
      attacher: imageOf("attacher", "csi-attacher"),
      resizer: imageOf("resizer", "csi-resizer"),
      registrar: imageOf("registrar", "csi-node-driver-registrar"),
    })
    .prefault({}),
  registrar: z
    .boolean()
    .default(true)
    .describe("false for a driver that registers itself with the kubelet; upstream's does not"),
  kubeletDir: text(unquoted(kubeletDirError)).default("/var/lib/kubelet").describe("The kubelet's folder"),
  kubeApiQps: z
    .int()
    .min(1)
    .default(50)
    .describe("Requests a second that each sidecar may send to the API server, for a short while twice as many"),
  storageClasses: z
    .array(csiClass)
    .min(1)
    .default([
      {
        name: COURSE_NAMES.csi.storageClass,
        reclaimPolicy: "Delete",
        onDelete: "delete",
        default: false,
      },
    ])
    .describe("Default: nfs-csi, which deletes the data of a deleted claim. A claim's directory gets export.mode"),
});

/** What the CSI driver and its classes have to fit: each export, with where its keys are. */
interface Export {
  at: (string | number)[];
  /** Of a further export; the first one has none. */
  name?: string;
  provisioner: { name: string };
  storageClasses: (Deletion & { pathPattern?: string })[];
}

interface Deletion {
  reclaimPolicy: string;
  onDelete?: string;
}

interface ConfigError {
  path: (string | number)[];
  message: string;
}

/** What is wrong with the driver and its classes next to the exports' provisioners and classes. */
export function csiErrors(csi: z.infer<typeof csiSchema> | undefined, exports: Export[]): ConfigError[] {
  if (!csi) return [];
  const errors = exports.flatMap<ConfigError>(({ at, provisioner }) =>
    provisioner.name === CSI_NFS_DRIVER
      ? [
          {
            path: [...at, "provisioner", "name"],
            message: "is the CSI driver's name, and both would make the same volumes: name another one",
          },
        ]
      : [],
  );
  const provisioned = exports.flatMap(({ at: [list, index], name, storageClasses }) =>
    storageClasses.map((each, at) => ({
      each: { ...each, export: name },
      directory: each.pathPattern,
      key: `${list === undefined ? "" : `${list}[${index}].`}storageClasses[${at}].pathPattern`,
    })),
  );
  const directories = [
    ...provisioned,
    ...csi.storageClasses.map((each, at) => ({
      each,
      directory: each.subDir,
      key: `csi.storageClasses[${at}].subDir`,
    })),
  ];
  csi.storageClasses.forEach(({ name, subDir, ...rules }, index) => {
    if (subDir === undefined) return;
    const met = directories
      .slice(0, provisioned.length + index)
      .find(
        ({ each, directory }) =>
          directory !== undefined &&
          each.export === rules.export &&
          (deletes(each) || deletes(rules)) &&
          directoriesMeet(directory, subDir),
      );
    if (!met) return;
    errors.push({
      path: ["csi", "storageClasses", index, "subDir"],
      message:
        `can give a claim the directory of one in ${met.key} (${JSON.stringify(met.directory)}), or one around it or ` +
        `inside it: what is deleted with the one takes the other's data along. Let one begin with its class, such as ` +
        `${name}_${subDir}`,
    });
  });
  return errors;
}

function deletes({ reclaimPolicy, onDelete }: Deletion): boolean {
  return reclaimPolicy === "Delete" && onDelete !== "retain";
}
