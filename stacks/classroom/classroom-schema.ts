import { z } from "zod";
import { COURSE_PROFILE } from "../course/course-profile";
import { DEFAULT_COMPUTE, limitsError, OWN_VOLUMES, quantityError, REDIS_VOLUME } from "../../components/index";
import { clusterFields } from "../cluster-fields";
import { dnsLabel, image, isAddress, objectName, text, unquoted } from "../fields";
import { repeated } from "../unique";
import { SHARD_SIZE } from "./merge";
import { capacityError } from "./student-rules";
import { FIRST_UID } from "./students";

/** So long that students' labels have room next to it in a namespace's name. */
const LONGEST_CLASS = 30;

/** Names below a student's directory that volumes cannot have. */
const TAKEN = [REDIS_VOLUME, "claims"];

const address = text((value) => (isAddress(value) ? undefined : "is not an IP address"));
const quantity = text(unquoted(quantityError));

const fields = z.strictObject({
  ...clusterFields,
  infrastructureStack: z
    .string()
    .regex(/^([\w.-]+\/){0,2}[\w.-]+$/, { error: "is not a stack's name such as infrastructure-sandbox" })
    .describe("Stack that made NFS server, nodes and CSI driver"),
  export: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which export of that stack the students' directories are on: a name of its additional. Default: the first one",
    ),
  class: text((value) => {
    if (value.length > LONGEST_CLASS) return `has ${value.length} characters, and ${LONGEST_CLASS} are the most`;
    return /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(value)
      ? undefined
      : 'is not the name of a class such as school: a small letter, then small letters, digits and "-", no "-" at the end';
  }).describe("Name of the class: goes before each student's in the namespaces' names"),
  students: text((value) => (/\.ya?ml$/.test(value) ? undefined : "does not end in .yaml"))
    .optional()
    .describe("File of the recorded students, from the project's folder. Default: <stack>.students.yaml"),
  shardSize: z.int().min(1).max(60).default(SHARD_SIZE).describe("How many students a shard's stack is filled with"),
  firstUid: z
    .int()
    .min(1000)
    .max(1_000_000_000)
    .default(FIRST_UID)
    .describe("uid of the first student on the NAS. Classes on one NAS need ranges that do not meet"),
  capacity: text(unquoted(capacityError))
    .default("1Gi")
    .describe("How much a student may store: quota on the NAS, of claims, and size of volumes"),
  overcommit: z
    .number()
    .min(1)
    .default(1)
    .describe("How many times the size of the NAS's file system the capacities of all students may be together"),
  inodes: z.int().min(100).default(20_000).describe("How many files and directories a student may have on the NAS"),
  podSecurity: z
    .enum(["baseline", "restricted", "privileged"])
    .default("baseline")
    .describe("Pod Security level of the students' namespaces"),
  compute: z
    .strictObject({
      pods: z.int().min(3).default(DEFAULT_COMPUTE.pods).describe("Pods"),
      cpu: quantity.default(DEFAULT_COMPUTE.cpu).describe("CPU, in quotes: the sum of the pods' limits"),
      memory: quantity.default(DEFAULT_COMPUTE.memory).describe("Memory: the sum of the pods' limits"),
      ephemeralStorage: quantity
        .default(DEFAULT_COMPUTE.ephemeralStorage)
        .describe("Disk of the nodes: the sum of the pods' limits"),
    })
    .prefault({})
    .describe("What a student's pods may use together"),
  redisImage: image.default(COURSE_PROFILE.redisImage).describe("Redis's image"),
  toolsImage: image.optional().describe("Image with a shell, for pods that only look. Default: redisImage"),
  volumes: z
    .array(dnsLabel)
    .min(1)
    .default(OWN_VOLUMES)
    .describe("The volumes that a student may make: <namespace>.<name>, each on a directory of that name"),
  storageClass: objectName
    .optional()
    .describe("Name of the class of dynamic claims, which the stack makes. Default: <class>-csi"),
  csiDriver: objectName
    .optional()
    .describe("A CSI driver for NFS that somebody else has installed. Default: that of the infrastructure"),
  otherClasses: z
    .array(objectName)
    .default([])
    .describe("Further StorageClasses that a student's claims may name. What is stored there is bounded by nobody"),
  dynamic: z
    .boolean()
    .default(true)
    .describe(
      "Whether students have dynamic claims and a Redis on one; needs csi in the infrastructure's config, or csiDriver",
    ),
  priorityClasses: z
    .array(objectName)
    .default([])
    .describe("PriorityClasses that students' pods may have: the cluster's default one, where there is one"),
  dnsServers: z
    .array(address)
    .default([])
    .describe("Addresses of DNS servers that are no pods of kube-system, such as that of NodeLocal DNSCache"),
  quota: z
    .enum(["required", "if possible", "off"])
    .default("if possible")
    .describe("Whether the NAS holds every student to the capacity, which takes XFS with project quota"),
  podFirewall: z
    .boolean()
    .default(true)
    .describe(
      "Whether the nodes drop what pods send to the NAS themselves; needs nodes in the infrastructure's config",
    ),
  onDelete: z
    .enum(["keep", "archive"])
    .default("keep")
    .describe("What becomes of a student's directory when the student, or the stack, goes"),
  generation: z
    .int()
    .min(1)
    .default(1)
    .describe("Raising it runs the scripts on NAS and nodes again. After a change by hand the verb class up does so"),
});

/** The key `classroom`: what a class has once. */
export const classroomSchema = fields.superRefine((value, context) => {
  const issue = (path: PropertyKey[], message: string) => context.addIssue({ code: "custom", path, message });
  value.volumes.forEach((name, index) => {
    if (TAKEN.includes(name)) issue(["volumes", index], `is taken: students' directories have a ${name} of their own`);
  });
  for (const key of ["volumes", "otherClasses", "priorityClasses", "dnsServers"] as const) {
    for (const { index } of repeated(value[key], (each) => each)) issue([key, index], "is there twice");
  }
  for (const key of ["storageClass", "csiDriver"] as const) {
    if (value.dynamic || value[key] === undefined) continue;
    issue([key], "has no meaning with dynamic: false: take it out, or set dynamic to true");
  }
  const [, key, wrong] =
    /^(?:compute\.)?(\w+): (.*)$/.exec(limitsError({ ...value, claims: 10, claimClasses: [] }) ?? "") ?? [];
  if (key !== undefined && wrong !== undefined) {
    const text = value.compute[key as keyof typeof value.compute];
    issue(["compute", key], wrong.replace(`"${text}" `, ""));
  }
  const own = storageClassOf(value);
  value.otherClasses.forEach((name, index) => {
    if (name === own) issue(["otherClasses", index], "is the class that the stack makes: take it out");
  });
});

export type ClassroomConfig = z.output<typeof classroomSchema>;

/** The name of the class of dynamic claims; `undefined` without any. */
export function storageClassOf(
  config: Pick<ClassroomConfig, "class" | "dynamic" | "storageClass">,
): string | undefined {
  return config.dynamic ? (config.storageClass ?? `${config.class}-csi`) : undefined;
}

/** The file of the recorded students, from the project's folder. */
export const studentsFileOf = ({ students }: Pick<ClassroomConfig, "students">, stack: string) =>
  students ?? `${stack}.students.yaml`;
