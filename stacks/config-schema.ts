import { z } from "zod";
import {
  bareAddress,
  DEFAULT_MYSQL_IMAGE,
  DEFAULT_PROVISIONER_IMAGE,
  DEFAULT_PROVISIONER_NAME,
  deletionError,
  pathPatternError,
  pathPatternsOverlap,
  PROVISIONER_RELEASES,
  releaseOf,
} from "../components/index";
import { COURSE_NAMES, courseNames, SHARED_NAMESPACE } from "./course/course-names";
import { COURSE_PROFILE } from "./course/course-profile";
import { DEFAULT_NGINX_IMAGE } from "./course/workloads/claim-pod";
import { DEFAULT_WORDPRESS_IMAGE } from "./course/workloads/wordpress-deployment";
import { csiErrors, csiSchema } from "./csi-schema";
import { exportSchema } from "./export-schema";
import {
  absolutePath,
  admits,
  dnsLabel,
  image,
  isAddress,
  isNetwork,
  labelValue,
  namePrefix,
  objectName,
  OWN_NAMESPACE,
  provisionerName,
  text,
  unquoted,
} from "./fields";
import { sshHost } from "./host-schema";

const cluster = {
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe("Path of a kubeconfig file. Default: $KUBECONFIG, else ~/.kube/config"),
  context: z.string().min(1).optional().describe("Context of the kubeconfig. Default: its current one"),
};

const storageClass = z
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
    mountOptions: z.array(z.string().min(1)).optional().describe("Mount options of its volumes"),
    default: z.boolean().default(false).describe("Whether claims that name no class get this one"),
  })
  .refine((value) => value.onDelete === undefined || value.reclaimPolicy === "Delete", {
    path: ["onDelete"],
    error: "has no effect with reclaimPolicy Retain: take it out, or set reclaimPolicy: Delete",
  });

const unique = <T>(items: T[], key: (item: T) => string) => {
  const keys = items.map(key);
  return keys.flatMap((value, index) => (keys.indexOf(value) < index ? [{ index, value }] : []));
};

/** The key `infrastructure`: the NAS, the nodes, the provisioner and its classes. */
export const infrastructureSchema = z
  .strictObject({
    ...cluster,
    nas: sshHost.describe("The host that serves NFS"),
    export: exportSchema,
    nodes: z.array(sshHost).min(1).describe("The cluster's nodes, each of which gets the NFS client"),
    provisioner: z
      .strictObject({
        namespace: dnsLabel.default("nfs-provisioner").describe("Its namespace"),
        createNamespace: z.boolean().default(true).describe(OWN_NAMESPACE),
        clusterRolePrefix: namePrefix
          .default("")
          .describe("Start of the names of its ClusterRole and its binding, for a second provisioner in one cluster"),
        image: image.default(DEFAULT_PROVISIONER_IMAGE).describe("Its image"),
        release: z
          .enum(PROVISIONER_RELEASES)
          .optional()
          .describe(
            "Release of an image whose tag does not tell; v4.0.3: built from later sources. Default: by the tag",
          ),
        name: provisionerName.default(DEFAULT_PROVISIONER_NAME).describe("Name that classes refer to it by"),
      })
      .prefault({}),
    storageClasses: z
      .array(storageClass)
      .min(1)
      .default([
        { name: "nfs-client", reclaimPolicy: "Delete", onDelete: "delete", default: false },
        { name: "nfs-client-retain", reclaimPolicy: "Retain", default: false },
      ])
      .describe("Default: the course's nfs-client (deletes the data) and nfs-client-retain"),
    csi: csiSchema.optional().describe("The CSI driver for NFS, with its classes. Default: none"),
    generation: z
      .int()
      .min(1)
      .default(1)
      .describe("Raising it runs the hosts' scripts again. After a change by hand the verb up does so"),
    force: z.boolean().default(false).describe("Withdraw the export although clients use it"),
  })
  .superRefine((value, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    const { clients } = value.export;
    if (clients.length > 0 && clients.every((entry) => isNetwork(entry) || isAddress(entry))) {
      value.nodes.forEach((node, index) => {
        if (!isAddress(node.host) || clients.some((entry) => admits(entry, node.host))) return;
        issue(
          ["nodes", index, "host"],
          `is in none of the export's clients (${clients.join(", ")}): add its network there`,
        );
      });
    }
    for (const { index, value: name } of unique([value.nas, ...value.nodes], (each) => each.name)) {
      issue(["nodes", index - 1, "name"], `is used twice: ${name} names another host already`);
    }
    for (const { index, value: address } of unique(value.nodes, (each) => `${bareAddress(each.host)}:${each.port}`)) {
      issue(["nodes", index, "host"], `is used twice: ${address} is another node's already`);
    }
    const classes = [...value.storageClasses, ...(value.csi?.storageClasses ?? [])];
    for (const { index, value: name } of unique(classes, (each) => each.name)) {
      const ofCsi = index - value.storageClasses.length;
      const list = ofCsi < 0 ? ["storageClasses", index] : ["csi", "storageClasses", ofCsi];
      issue([...list, "name"], `is used twice: ${name} is another class's already`);
    }
    value.storageClasses.forEach(({ name, pathPattern }, index) => {
      if (pathPattern === undefined) return;
      const first = value.storageClasses.findIndex(
        (each) => each.pathPattern !== undefined && pathPatternsOverlap(each.pathPattern, pathPattern),
      );
      if (first === index) return;
      issue(
        ["storageClasses", index, "pathPattern"],
        `can give a claim the directory of one in storageClasses[${first}].pathPattern ` +
          `(${JSON.stringify(value.storageClasses[first]?.pathPattern)}): a claim made again in the other class would get ` +
          `the data that the first one left. Let one begin with its class, such as ${name}_${pathPattern}`,
      );
    });
    for (const { path, message } of csiErrors(value)) issue(path, message);
    const release = value.provisioner.release ?? releaseOf(value.provisioner.image);
    value.storageClasses.forEach(({ onDelete = "archive", ...rest }, index) => {
      const error = deletionError({ ...rest, onDelete, release })?.replace(`"${rest.pathPattern}" `, "");
      const path = ["storageClasses", index, "pathPattern"];
      if (error !== undefined) issue(path, error.replace("provisionerRelease", "provisioner.release"));
    });
    const defaults = classes.filter((each) => each.default);
    if (defaults.length > 1) issue(["storageClasses"], `has ${defaults.length} default classes: one is the default`);
  });

/** A namespace whose default follows `namePrefix`. */
const namespace = (plain: string, description: string) =>
  dnsLabel.optional().describe(`${description}. Default: ${plain}, after namePrefix`);

const courseFields = z.strictObject({
  ...cluster,
  infrastructureStack: z
    .string()
    .regex(/^([\w.-]+\/){0,2}[\w.-]+$/, { error: "is not a stack's name such as infrastructure-sandbox" })
    .describe("Stack that made NFS server, provisioner and classes"),
  namePrefix: namePrefix
    .default("")
    .describe(
      "Start of every name that another course has too: of volumes, classes, directories, folders on nodes, default " +
        "namespaces, and what is in exampleNamespace",
    ),
  namespace: namespace(COURSE_NAMES.namespace, "Namespace of the course"),
  createNamespace: z.boolean().default(true).describe(OWN_NAMESPACE),
  exampleNamespace: dnsLabel
    .default(COURSE_NAMES.exampleNamespace)
    .describe("Namespace of the smaller examples; any but default is made by the stack"),
  redisImage: image.default(COURSE_PROFILE.redisImage).describe("Redis's image"),
  redisVersion: labelValue
    .optional()
    .describe("Label version: what is in the image, in quotes. Default: the tag of redisImage"),
  toolsImage: image.optional().describe("Image with a shell, for pods that only look. Default: redisImage"),
  nginxImage: image.default(DEFAULT_NGINX_IMAGE).describe("Image of the pod app"),
  mysqlImage: image
    .default(DEFAULT_MYSQL_IMAGE)
    .describe("MySQL's image, or one of MariaDB that takes MYSQL_ROOT_PASSWORD"),
  wordpressImage: image.default(DEFAULT_WORDPRESS_IMAGE).describe("WordPress's image, or any web server on port 80"),
  readyWithin: z
    .string()
    .regex(/^[1-9]\d*[smh]$/, { error: "is not a duration such as 90s or 10m" })
    .default("10m")
    .describe("How long a workload may take to be ready before pulumi up fails and says which pod is not, and why"),
  replicas: z.int().min(0).max(9).default(1).describe("Replicas of the Redis with a claim template"),
  storageClass: objectName.default(COURSE_NAMES.storageClass).describe("Class of the dynamic claims"),
  csiStorageClass: objectName.default(COURSE_NAMES.csi.storageClass).describe("Class of the section csi"),
  localNode: objectName
    .optional()
    .describe("Node of the local volume and of the pod app, as kubectl get nodes shows it. Needed by both"),
  localPath: absolutePath
    .optional()
    .describe(
      `Directory of that node for the local volume; made if missing. Default: ${COURSE_NAMES.localVolume.path}, ` +
        "its last part after namePrefix",
    ),
  hostPathNamespace: namespace(COURSE_NAMES.hostPath.namespace, "Namespace of the hostPath claims; made by the stack"),
  quotaNamespace: namespace(COURSE_NAMES.quota.namespace, "Namespace in which claims are counted; made by the stack"),
  sections: z
    .strictObject({
      staticPair: z.boolean().default(true).describe("pv-shiqi-redis and pvc-shiqi-redis"),
      redisExistingClaim: z.boolean().default(true).describe("statefulset-redis-exist-pvc with its volume and claim"),
      redisTemplate: z.boolean().default(true).describe("statefulset-redis-not-exist-pvc"),
      dynamicExample: z.boolean().default(true).describe("pvc-dynamic-example in the namespace default"),
      redisHeadless: z
        .boolean()
        .default(true)
        .describe("redis-statefulset and redis-headless in the namespace default"),
      redisShared: z
        .boolean()
        .default(true)
        .describe("redis-statefulset-pvc in the namespace default: three replicas on one claim, the mistake shown"),
      clusterIpService: z.boolean().default(true).describe("redis-not-exist-pvc-clusterip, next to the headless one"),
      mysql: z.boolean().default(true).describe("The StatefulSet mysql of 3 replicas, its Secret and headless Service"),
      wordpress: z.boolean().default(true).describe("wordpress-emptydir, which loses its uploads, and wordpress-claim"),
      nginx: z.boolean().default(true).describe("The pod app on my-pv and my-pvc in the namespace default"),
      configuration: z.boolean().default(true).describe("The pod projected-volume with its Secrets and ConfigMap"),
      nfsShare: z.boolean().default(true).describe("pv-nfs-example and pv-nfs-unreserved, with and without claimRef"),
      hostPath: z
        .boolean()
        .default(true)
        .describe("pv-hostpath-example and pv-hostpath-unreserved, with their namespace"),
      localVolume: z.boolean().default(true).describe("local-storage, pv-local-01, mysql-pvc and local-reader"),
      fastSsd: z.boolean().default(true).describe("The class fast-ssd, whose claims wait for a pod"),
      quota: z.boolean().default(true).describe("pvc-quota in a namespace of its own"),
      csi: z
        .boolean()
        .default(false)
        .describe("pvc-csi and redis-csi; needs infrastructure.csi in the infrastructure's config"),
    })
    .prefault({}),
  onDelete: z
    .enum(["keep", "archive"])
    .default("keep")
    .describe("What becomes of the static volumes' directories when the stack is destroyed"),
  adoptDirectories: z
    .array(z.string().min(1))
    .optional()
    .describe("Directories on the NAS that are taken over, with their data, although this program did not make them"),
  generation: z
    .int()
    .min(1)
    .default(1)
    .describe("Raising it makes the directories again. After a change by hand the verb up does so"),
});

/** The key `course`: what a lesson makes. */
export const courseSchema = courseFields.superRefine((value, context) => {
  const issue = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  const sections: Partial<Record<string, boolean>> = value.sections;
  const onNode = ["localVolume", "nginx"].filter((name) => sections[name]);
  if (value.localNode === undefined && onNode.length > 0) {
    issue(
      ["localNode"],
      `is missing, which ${onNode.join(" and ")} below sections need${onNode.length === 1 ? "s" : ""}: ` +
        `name a node as kubectl get nodes shows it, or set ${onNode.length === 1 ? "it" : "them"} to false`,
    );
  }
  if (sections.clusterIpService && !sections.redisTemplate) {
    issue(
      ["sections", "clusterIpService"],
      "is on without redisTemplate, whose pods it gives an address: set both to true, or both to false",
    );
  }
  const names = courseNames(value);
  const namespaces = [
    { key: "namespace", name: names.namespace, made: true },
    { key: "exampleNamespace", name: names.exampleNamespace, made: names.exampleNamespace !== SHARED_NAMESPACE },
    { key: "hostPathNamespace", name: names.hostPath.namespace, made: value.sections.hostPath },
    { key: "quotaNamespace", name: names.quota.namespace, made: value.sections.quota },
  ].filter(({ made }) => made);
  for (const { index, value: name } of unique(namespaces, (each) => each.name)) {
    const key = namespaces[index]!.key;
    issue([key], `is used twice: ${name} is ${namespaces.find((each) => each.name === name)!.key} already`);
  }
});

export type InfrastructureConfig = z.output<typeof infrastructureSchema>;
export type CourseConfig = z.output<typeof courseSchema>;
