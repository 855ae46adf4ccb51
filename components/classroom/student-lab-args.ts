import type * as pulumi from "@pulumi/pulumi";
import type { Metadata } from "../metadata";
import type { StudentCompute } from "./student-limits";

export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

export interface StudentLabArgs {
  /** The class, as in its `Classroom`. Example: `school`. */
  className: pulumi.Input<string>;
  /** A DNS label; with the class's name and a dash it is the namespace, of at most 63 characters. Example: `zhang-wei`. */
  studentName: pulumi.Input<string>;
  /** The name as people write it, for the namespace's annotation. Example: `张伟`. @default none */
  realName?: pulumi.Input<string>;
  /** The student's uid and gid on the NAS, with which the pods of Redis run; nobody else has it. Example: `20001`. */
  uid: pulumi.Input<number>;
  /** One figure for all storage of the student: size of static volumes, and what all claims may ask for. Example: `1Gi`. */
  capacity: pulumi.Input<string>;
  /** `Classroom.role`. */
  role: pulumi.Input<string>;
  /** As in the `Classroom`. */
  server: pulumi.Input<string>;
  /** As in the `Classroom`. The student's directories have to be there before a pod mounts them (`StudentDirectories`). */
  path: pulumi.Input<string>;
  /** Mount options of the static volume. Example: `["nfsvers=4.2", "hard"]`. @default the nodes' own */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /** As in the `Classroom`. @default ["own-1", "own-2", "own-3"] */
  volumes?: pulumi.Input<pulumi.Input<string>[]>;
  /** `Classroom.storageClass`: the class of the second Redis. @default none, and no second Redis */
  storageClass?: pulumi.Input<string>;
  /** `Classroom.claimClasses`, each with a bound of its own. @default `storageClass` */
  claimClasses?: pulumi.Input<pulumi.Input<string>[]>;
  /** Number of claims. @default 10 */
  claims?: pulumi.Input<number>;
  /** What the pods may have together. @default 10 pods, 2 CPU, 1Gi of memory, 1Gi of ephemeral storage */
  compute?: pulumi.Input<StudentCompute>;
  /**
   * Level of Pod Security. With `privileged` a pod can be root on its node, and read everybody's directories.
   * @default "baseline"
   */
  podSecurity?: pulumi.Input<PodSecurityLevel>;
  /** Addresses of DNS servers that are no pods of kube-system, such as `169.254.20.10` of NodeLocal DNSCache. @default none */
  dnsServers?: pulumi.Input<pulumi.Input<string>[]>;
  /** Password of both Redis; kept in the Secret `redis`. Another one restarts them. */
  password: pulumi.Input<string>;
  /** @default upstream's, docker.io/library/redis:7.4.4 */
  redisImage?: pulumi.Input<string>;
  /** Labels and annotations of all objects. @default none */
  metadata?: Metadata;
}

/** What each object that goes with the namespace is made with. */
export interface Inside {
  name: string;
  /** For errors: the component and its name. */
  what: string;
  args: StudentLabArgs;
  metadata: Metadata;
  namespace: pulumi.Output<string>;
  /** The namespace's. */
  uid: pulumi.Output<string>;
  options: pulumi.CustomResourceOptions;
}
