import { isIP } from "node:net";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta, type Metadata } from "../metadata";
import { required } from "../required";
import {
  CLASS_LABEL,
  OWN_VOLUMES,
  REAL_NAME,
  STUDENT_ACCOUNT,
  STUDENT_LABEL,
  studentNameError,
  studentNamespace,
  studentVolume,
  volumesError,
} from "./class-names";
import type { Inside, StudentLabArgs } from "./student-lab-args";
import { DEFAULT_COMPUTE, limitRangeSpec, limitsError, quotaSpec } from "./student-limits";
import { networkPolicySpec } from "./student-network";
import { studentRedis } from "./student-redis";
import { clusterRules } from "./student-role";

/** Of the provider: no waiting for each object, which is done once for many; what students edited is theirs no longer. */
const PROVIDER = { "pulumi.com/skipAwait": "true", "pulumi.com/patchForce": "true" };

/**
 * One student's lab: a namespace with rights, bounds and network, and in it two Redis with a password: `redis-static` on a
 * PersistentVolume of the student's directory, and `redis-dynamic` on a claim of the class's StorageClass.
 *
 * The student works as ServiceAccount `student` (`kubectl create token`); nothing here makes a token. What students make
 * themselves is not known to Pulumi, and goes with the namespace; their PersistentVolumes, `<namespace>.own-1` and so on, do
 * not: they are of no namespace.
 *
 * Nothing is waited for: a namespace that was deleted, for one, may be there for some time still.
 */
export class StudentLab extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  /** Who the student is for the API server. */
  readonly user: pulumi.Output<string>;
  /** Names of the PersistentVolumes that the student may make. */
  readonly volumeNames: pulumi.Output<string[]>;

  private readonly what: string;

  constructor(name: string, args: StudentLabArgs, opts?: pulumi.ComponentResourceOptions) {
    const what = `StudentLab ${name}`;
    required(what, args, {
      className: true,
      studentName: true,
      uid: true,
      capacity: true,
      role: true,
      server: true,
      path: true,
      password: true,
    });
    // What a component is given is part of the stack's state.
    const password = pulumi.secret(args.password);
    super("storage-lab:classroom:StudentLab", name, { ...args, password }, opts);
    this.what = what;
    const volumes = checked<pulumi.Input<string>[]>(
      this,
      `volumes of ${what}`,
      args.volumes ?? OWN_VOLUMES,
      volumesError,
    );
    const metadata = this.metadata(args);
    const made = new k8s.core.v1.Namespace(`${name}-namespace`, this.namespaceArgs(args, metadata), { parent: this });
    this.namespace = made.metadata.name;
    const inside: Inside = {
      name,
      what,
      args,
      metadata,
      namespace: this.namespace,
      uid: made.metadata.uid,
      options: { parent: this, deletedWith: made },
    };

    this.bounds(inside);
    this.user = this.rights(inside, volumes);
    studentRedis(this, inside, password);
    this.volumeNames = pulumi
      .all([this.namespace, volumes])
      .apply(([namespace, names]) => names.map((volume) => studentVolume(namespace, volume)));
    this.registerOutputs({ namespace: this.namespace, user: this.user, volumeNames: this.volumeNames });
  }

  private metadata({ className, studentName, metadata = {} }: StudentLabArgs): Metadata {
    return {
      labels: pulumi
        .all([metadata.labels ?? {}, className, studentName])
        .apply(([labels, cls, student]) => ({ ...labels, [CLASS_LABEL]: cls, [STUDENT_LABEL]: student })),
      annotations: pulumi.output(metadata.annotations ?? {}).apply((annotations) => ({ ...annotations, ...PROVIDER })),
    };
  }

  private namespaceArgs(args: StudentLabArgs, metadata: Metadata): k8s.core.v1.NamespaceArgs {
    const { className, studentName, realName, podSecurity = "baseline" } = args;
    const names = checked(this, this.what, { className, studentName }, studentNameError);
    const level = checked(this, `podSecurity of ${this.what}`, podSecurity, podSecurityError);
    return {
      metadata: objectMeta(
        {
          name: names.apply((known) => studentNamespace(known.className, known.studentName)),
          labels: { "pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/warn": level },
          annotations: realName === undefined ? undefined : { [REAL_NAME]: realName },
        },
        metadata,
      ),
    };
  }

  private bounds({ name, args, metadata, namespace, options }: Inside): void {
    const { capacity, claims = 10, compute = DEFAULT_COMPUTE, storageClass } = args;
    const claimClasses = args.claimClasses ?? (storageClass === undefined ? [] : [storageClass]);
    const limits = checked(this, this.what, { capacity, claims, compute, claimClasses }, limitsError);
    const own = objectMeta({ name: STUDENT_ACCOUNT, namespace }, metadata);
    new k8s.core.v1.ResourceQuota(`${name}-quota`, { metadata: own, spec: limits.apply(quotaSpec) }, options);
    new k8s.core.v1.LimitRange(`${name}-limits`, { metadata: own, spec: limitRangeSpec() }, options);
    const dns = checked<pulumi.Input<string>[]>(
      this,
      `dnsServers of ${this.what}`,
      args.dnsServers ?? [],
      dnsServersError,
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-network`,
      { metadata: own, spec: dns.apply(networkPolicySpec) },
      options,
    );
  }

  private rights(inside: Inside, volumes: pulumi.Output<string[]>): pulumi.Output<string> {
    const { name, args, metadata, namespace, options } = inside;
    const own = objectMeta({ name: STUDENT_ACCOUNT, namespace }, metadata);
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: own }, options);
    const subjects = [{ kind: "ServiceAccount", name: account.metadata.name, namespace }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole" };
    new k8s.rbac.v1.RoleBinding(
      `${name}-rights`,
      { metadata: own, subjects, roleRef: { ...roleRef, name: args.role } },
      options,
    );
    const clusterWide = objectMeta({ name: pulumi.interpolate`${namespace}.${STUDENT_ACCOUNT}` }, metadata);
    const role = new k8s.rbac.v1.ClusterRole(
      `${name}-role`,
      {
        metadata: clusterWide,
        rules: pulumi.all([args.className, namespace, volumes]).apply((known) => clusterRules(...known)),
      },
      { parent: this },
    );
    new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-cluster-rights`,
      { metadata: clusterWide, subjects, roleRef: { ...roleRef, name: role.metadata.name } },
      { parent: this },
    );
    return pulumi.interpolate`system:serviceaccount:${namespace}:${account.metadata.name}`;
  }
}

function podSecurityError(level: string): string | undefined {
  return ["privileged", "baseline", "restricted"].includes(level)
    ? undefined
    : `"${level}" is none of privileged, baseline and restricted`;
}

function dnsServersError(addresses: string[]): string | undefined {
  const wrong = addresses.find((address) => isIP(address) === 0);
  return wrong === undefined ? undefined : `"${wrong}" is no address`;
}
