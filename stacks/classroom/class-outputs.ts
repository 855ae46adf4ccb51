import * as pulumi from "@pulumi/pulumi";
import type { HostCheck } from "../../components/index";
import type { ClusterIdentity } from "../cluster-identity";
import { stackOutputs } from "../stack-outputs";
import type { ClassroomConfig } from "./classroom-schema";
import type { StudentRecord } from "./students";

/** Keys of the class's config that its shards take over as they are. */
const SHARED = [
  "class",
  "capacity",
  "inodes",
  "podSecurity",
  "compute",
  "redisImage",
  "toolsImage",
  "volumes",
  "dnsServers",
  "dynamic",
] as const satisfies (keyof ClassroomConfig)[];

/** What the shards of a class need to know, all plain. */
export interface ClassValues extends Pick<ClassroomConfig, (typeof SHARED)[number]> {
  /** The NFS server, as nodes mount from it. */
  server: string;
  /** Folder of the class below the export, in which each student's directory is. */
  path: string;
  /** Of volumes; `undefined` for the nodes' own. */
  mountOptions?: string[];
  /** File of the recorded students, from the project's folder. */
  students: string;
  /** Student → uid, of all who have a directory. */
  uids: Record<string, number>;
  /** Student → capacity, of those with one of their own. */
  capacities: Record<string, string>;
  /** Class of the dynamic claims; `undefined` without any. */
  storageClass?: string;
  /** All StorageClasses that claims may name. */
  claimClasses: string[];
  /** ClusterRole of the students' rights in their namespaces. */
  role: string;
  /** Tells one secret of the class from another, and nothing else about it. */
  secretId: string;
}

/** What the stack of a class puts out. */
export interface ClassOutputs {
  cluster: ClusterIdentity;
  classroom: ClassValues;
  /** The students' passwords are made from it. */
  secret: string;
  hostChecks: HostCheck[];
}

/** The part of the config that the shards take over. */
export const sharedValues = (config: ClassroomConfig) =>
  Object.fromEntries(SHARED.map((key) => [key, config[key]])) as Pick<ClassroomConfig, (typeof SHARED)[number]>;

export const uidsOf = ({ students }: StudentRecord): ClassValues["uids"] =>
  Object.fromEntries(students.map(({ name, uid }) => [name, uid]));

export const capacitiesOf = ({ students }: StudentRecord): ClassValues["capacities"] =>
  Object.fromEntries(students.flatMap(({ name, capacity }) => (capacity === undefined ? [] : [[name, capacity]])));

/** What a shard reads of its class. Throws, before anything is registered, where that is not deployed. */
export async function requireClass(stack: string): Promise<ClassValues> {
  const outputs = await stackOutputs<Partial<ClassOutputs>>(stack);
  if (outputs?.classroom) return outputs.classroom;
  const what = outputs
    ? `the stack ${stack} holds no class, it was not deployed or runs another program`
    : `there is no stack ${stack}`;
  throw new pulumi.RunError(
    `storage-lab:shard.classStack: ${what}. The class comes first: pulumi up -s ${stack}; or name the stack that made it ` +
      `(pulumi stack ls).`,
  );
}
