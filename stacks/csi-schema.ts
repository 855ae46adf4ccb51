import { z } from "zod";
import { csiDeletionError, subDirError, DEFAULT_CSI_NFS_IMAGES, driverImageError } from "../components/index";
import { COURSE_NAMES } from "./course/course-names";
import { dnsLabel, image, mode, namePrefix, objectName, OWN_NAMESPACE, text } from "./fields";

/** The config's errors begin with the key and its value. */
const unquoted = (error: (value: string) => string | undefined) => (value: string) =>
  error(value)?.replace(`"${value}" `, "");

const csiClass = z
  .strictObject({
    name: objectName.describe("Name of the class"),
    reclaimPolicy: z
      .enum(["Retain", "Delete"])
      .default("Delete")
      .describe("Retain keeps volume and directory of a deleted claim; Delete removes the volume"),
    onDelete: z
      .enum(["delete", "archive", "retain"])
      .optional()
      .describe("With Delete: what becomes of the directory and its data. Default: delete"),
    subDir: text(unquoted(subDirError))
      .optional()
      .describe("Where a claim's directory lies, such as ${pvc.metadata.namespace}/${pvc.metadata.name}"),
    mountPermissions: mode.optional().describe("Mode of a claim's directory, in quotes. Default: the driver's"),
    mountOptions: z.array(z.string().min(1)).optional().describe("Mount options of its volumes"),
    default: z.boolean().default(false).describe("Whether claims that name no class get this one"),
  })
  .refine((value) => value.onDelete === undefined || value.reclaimPolicy === "Delete", {
    path: ["onDelete"],
    error: "has no effect with reclaimPolicy Retain: take it out, or set reclaimPolicy: Delete",
  })
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
  kubeletDir: z
    .string()
    .regex(/^\//, { error: "is no absolute path" })
    .default("/var/lib/kubelet")
    .describe("The kubelet's folder"),
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
        mountPermissions: "0777",
        default: false,
      },
    ])
    .describe("Default: nfs-csi, which deletes the data of a deleted claim, and lets every user of a pod write"),
});
