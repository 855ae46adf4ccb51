import { z } from "zod";
import { DEFAULT_MYSQL_IMAGE } from "../components/index";
import { clusterFields } from "./cluster-fields";
import { COURSE_NAMES, courseNames, courseNamespaces } from "./course/course-names";
import { COURSE_PROFILE } from "./course/course-profile";
import { DEFAULT_NGINX_IMAGE } from "./course/workloads/claim-pod";
import { DEFAULT_WORDPRESS_IMAGE } from "./course/workloads/wordpress-deployment";
import { absolutePath, dnsLabel, image, labelValue, namePrefix, objectName, OWN_NAMESPACE } from "./fields";
import { repeated } from "./unique";

export { type ClassroomConfig, classroomSchema } from "./classroom/classroom-schema";
export { type ShardConfig, shardSchema } from "./classroom/shard-schema";
export { type InfrastructureConfig, infrastructureSchema } from "./infrastructure-schema";

/** A namespace whose default follows `namePrefix`. */
const namespace = (plain: string, description: string) =>
  dnsLabel.optional().describe(`${description}. Default: ${plain}, after namePrefix`);

const courseFields = z.strictObject({
  ...clusterFields,
  infrastructureStack: z
    .string()
    .regex(/^([\w.-]+\/){0,2}[\w.-]+$/, { error: "is not a stack's name such as infrastructure-sandbox" })
    .describe("Stack that made NFS server, provisioner and classes"),
  export: z
    .string()
    .min(1)
    .optional()
    .describe("Which export of that stack the static volumes are on: a name of its additional. Default: the first one"),
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
  directoriesImage: image
    .optional()
    .describe("Image with bash for the Job that makes directories on an existing export. Default: redisImage"),
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
  const namespaces = courseNamespaces(value, courseNames(value));
  for (const { index, value: name } of repeated(namespaces, (each) => each.name)) {
    const key = namespaces[index]!.key;
    issue([key], `is used twice: ${name} is ${namespaces.find((each) => each.name === name)!.key} already`);
  }
});

export type CourseConfig = z.output<typeof courseSchema>;
