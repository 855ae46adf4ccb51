import { z } from "zod";
import {
  DEFAULT_EXPORT_OPTIONS,
  DEFAULT_MYSQL_IMAGE,
  DEFAULT_PROVISIONER_IMAGE,
  DEFAULT_PROVISIONER_NAME,
  pathPatternError,
} from "../components/index";
import { COURSE_NAMES } from "./course/course-names";
import { COURSE_PROFILE } from "./course/course-profile";
import { DEFAULT_NGINX_IMAGE } from "./course/workloads/claim-pod";
import { DEFAULT_WORDPRESS_IMAGE } from "./course/workloads/wordpress-deployment";
import {
  absolutePath,
  client,
  dnsLabel,
  exportPath,
  host,
  image,
  isAddress,
  isNetwork,
  labelValue,
  mode,
  networkContains,
  objectName,
  provisionerName,
  publicKey,
} from "./fields";

const cluster = {
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe("Path of a kubeconfig file. Default: $KUBECONFIG, else ~/.kube/config"),
  context: z.string().min(1).optional().describe("Context of the kubeconfig. Default: its current one"),
};

const hostFields = {
  host: host.describe("Address or name that SSH connects to; for the NAS also what nodes mount from"),
  port: z.int().min(1).max(65535).default(22).describe("TCP port of its SSH server"),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*\$?$/, { error: "is not a user's name" })
    .default("root")
    .describe("Who logs in; anyone but root needs sudo without a password"),
  hostKey: publicKey
    .optional()
    .describe('The host\'s public key, "ssh-ed25519 AAAA…" (ssh-keyscan HOST). Left out: not checked'),
};

const sshHost = z.strictObject({
  name: dnsOrHostName().describe("Name of the host in previews and errors, a mere label; unique"),
  ...hostFields,
});

function dnsOrHostName() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, {
    error: 'is not a name: letters, digits, "-" and ".", beginning with a letter or digit',
  });
}

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
    pathPattern: z
      .string()
      .superRefine((value, context) => {
        const error = pathPatternError(value);
        if (error !== undefined) context.addIssue({ code: "custom", message: error.replace(`"${value}" `, "") });
      })
      .optional()
      .describe("Where a claim's directory lies, such as ${.PVC.namespace}/${.PVC.name}"),
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
    export: z.strictObject({
      path: exportPath.default("/nfs").describe("The folder to export"),
      clients: z.array(client).min(1).describe("Networks (CIDR), addresses or names that may mount it"),
      profile: z
        .enum(["course", "safe"])
        .default("course")
        .describe(`course: ${COURSE_PROFILE.exportOptions}, for teaching only; safe: ${DEFAULT_EXPORT_OPTIONS}`),
      mode: mode
        .default(COURSE_PROFILE.exportMode)
        .describe("Mode of the folder, in quotes. The provisioner must be able to write, with safe as nobody"),
      clientWait: z.int().min(0).max(900).default(120).describe("Seconds to wait for clients before it is withdrawn"),
    }),
    nodes: z.array(sshHost).min(1).describe("The cluster's nodes, each of which gets the NFS client"),
    provisioner: z
      .strictObject({
        namespace: dnsLabel.default("nfs-provisioner").describe("Its namespace"),
        createNamespace: z.boolean().default(true).describe("false when the namespace exists already"),
        image: image.default(DEFAULT_PROVISIONER_IMAGE).describe("Its image"),
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
    generation: z.int().min(1).default(1).describe("Raise it to run the hosts' scripts again after a change by hand"),
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
    for (const { index, value: address } of unique(value.nodes, (each) => `${each.host}:${each.port}`)) {
      issue(["nodes", index, "host"], `is used twice: ${address} is another node's already`);
    }
    for (const { index, value: name } of unique(value.storageClasses, (each) => each.name)) {
      issue(["storageClasses", index, "name"], `is used twice: ${name} is another class's already`);
    }
    const defaults = value.storageClasses.filter((each) => each.default);
    if (defaults.length > 1) issue(["storageClasses"], `has ${defaults.length} default classes: one is the default`);
  });

function admits(entry: string, address: string): boolean {
  return isNetwork(entry) ? networkContains(entry, address) : entry === address;
}

const courseFields = z.strictObject({
  ...cluster,
  infrastructureStack: z
    .string()
    .regex(/^([\w.-]+\/){0,2}[\w.-]+$/, { error: "is not a stack's name such as infrastructure-sandbox" })
    .describe("Stack that made NFS server, provisioner and classes"),
  namespace: dnsLabel.default(COURSE_NAMES.namespace).describe("Namespace of the course"),
  createNamespace: z.boolean().default(true).describe("false when the namespace exists already"),
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
  localNode: objectName
    .optional()
    .describe("Node of the local volume and of the pod app, as kubectl get nodes shows it. Needed by both"),
  localPath: absolutePath
    .default("/mnt/disks/ssd1")
    .describe("Directory of that node for the local volume; made if missing"),
  hostPathNamespace: dnsLabel
    .default(COURSE_NAMES.hostPath.namespace)
    .describe("Namespace of the hostPath claims; made by the stack"),
  quotaNamespace: dnsLabel
    .default(COURSE_NAMES.quota.namespace)
    .describe("Namespace in which claims are counted; made by the stack"),
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
  generation: z.int().min(1).default(1).describe("Raise it to make the directories again after a change by hand"),
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
  const namespaces = [
    { key: "namespace", name: value.namespace, made: true },
    { key: "hostPathNamespace", name: value.hostPathNamespace, made: value.sections.hostPath },
    { key: "quotaNamespace", name: value.quotaNamespace, made: value.sections.quota },
  ].filter(({ made }) => made);
  for (const { index, value: name } of unique(namespaces, (each) => each.name)) {
    const key = namespaces[index]!.key;
    issue([key], `is used twice: ${name} is ${namespaces.find((each) => each.name === name)!.key} already`);
  }
});

export type InfrastructureConfig = z.output<typeof infrastructureSchema>;
export type CourseConfig = z.output<typeof courseSchema>;
export type HostConfig = z.output<typeof sshHost>;
