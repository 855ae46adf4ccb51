import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../faults";
import type { AccessMode } from "../storage/StaticVolume";
import { HeadlessService } from "./HeadlessService";
import { REDIS_PORT, redisContainer, redisConfig } from "./redis";

/** The course's image. */
export const DEFAULT_REDIS_IMAGE = "swr.cn-north-4.myhuaweicloud.com/ddn-k8s/docker.io/redis:7.4.4";

/** A claim that exists, mounted by every replica. */
export interface ExistingClaim {
  claimName: pulumi.Input<string>;
  /** The volume's name in the pod. @default `volume-<component's name>` */
  volumeName?: string;
  /**
   * Several replicas on one claim write over each other's `dump.rdb`. Set this to have it all the same, to show that.
   * @default false
   */
  shareBetweenReplicas?: boolean;
  /**
   * `StaticVolume.persistentVolume`: when it has to be replaced, this is replaced with it, and first: the claim is not
   * deleted until its pods are gone. @default none
   */
  replaceWith?: pulumi.Resource;
}

/** A claim for each replica, `<template>-<pod>`. Pulumi does not know them: they outlive the StatefulSet unless `retention` says otherwise. */
export interface ClaimTemplate {
  template: {
    /** Name of the template, the first part of its claims' names. Example: `pvc-shiqi`. */
    name: string;
    storageClassName: pulumi.Input<string>;
    /** Size of each claim. @default "64Mi" */
    capacity?: pulumi.Input<string>;
    /** @default ["ReadWriteOnce"] */
    accessModes?: pulumi.Input<pulumi.Input<AccessMode>[]>;
    /** Whether the claims go when the StatefulSet is deleted or scaled down. @default both "Retain" */
    retention?: { whenDeleted?: "Retain" | "Delete"; whenScaled?: "Retain" | "Delete" };
  };
}

export type RedisStorage = ExistingClaim | ClaimTemplate;

export interface RedisStatefulSetArgs {
  /** Name of the StatefulSet, the first part of its pods' names. Example: `statefulset-redis-exist-pvc`. */
  statefulSetName: pulumi.Input<string>;
  /** Name of the headless Service, of the label `app` and in the pods' DNS names. Example: `redis-exist-pvc`. */
  serviceName: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** Where `/data` is. */
  storage: RedisStorage;
  /** @default 1 */
  replicas?: pulumi.Input<number>;
  /** @default the course's, Redis 7.4.4 */
  image?: pulumi.Input<string>;
  /** The label `version`: the version that is in the image. @default "7.4.4" */
  version?: pulumi.Input<string>;
  /** Password that clients must give; kept in a Secret, and known to the probes. @default none, as in the course */
  password?: pulumi.Input<string>;
}

/**
 * Redis as the course has it: a StatefulSet with its probes, requests and limits, and the headless Service under the very
 * name that `serviceName` says, so that `<pod>.<serviceName>` resolves.
 */
export class RedisStatefulSet extends pulumi.ComponentResource {
  readonly statefulSetName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  /** DNS name of the first pod inside the cluster. */
  readonly host: pulumi.Output<string>;

  constructor(name: string, args: RedisStatefulSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:workload:RedisStatefulSet", name, {}, opts);
    const { namespace, storage } = args;
    const replicas = checked(this, `replicas of RedisStatefulSet ${name}`, args.replicas ?? 1, (count) =>
      replicasFault(count, storage),
    );
    const selector = { app: args.serviceName };
    const labels = { ...selector, version: args.version ?? "7.4.4" };
    const service = new HeadlessService(
      name,
      { serviceName: args.serviceName, namespace, selector, port: { name: "redis", port: REDIS_PORT } },
      { parent: this },
    );
    const secret = args.password === undefined ? undefined : this.secret(name, args, args.password);
    const dataVolume = "template" in storage ? storage.template.name : (storage.volumeName ?? `volume-${name}`);

    const statefulSet = new k8s.apps.v1.StatefulSet(
      `${name}-statefulset`,
      {
        metadata: { name: args.statefulSetName, namespace, labels },
        spec: {
          serviceName: service.serviceName,
          replicas,
          selector: { matchLabels: selector },
          template: {
            metadata: { labels },
            spec: {
              containers: [redisContainer(args.image ?? DEFAULT_REDIS_IMAGE, dataVolume, secret?.metadata.name)],
              restartPolicy: "Always",
              volumes: [
                ...("template" in storage
                  ? []
                  : [{ name: dataVolume, persistentVolumeClaim: { claimName: storage.claimName } }]),
                ...(secret ? [{ name: "config", secret: { secretName: secret.metadata.name } }] : []),
              ],
            },
          },
          ...("template" in storage ? claimTemplate(storage) : {}),
        },
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        replaceWith: "template" in storage || !storage.replaceWith ? undefined : [storage.replaceWith],
      },
    );
    this.statefulSetName = statefulSet.metadata.name;
    this.serviceName = service.serviceName;
    this.host = pulumi.interpolate`${this.statefulSetName}-0.${this.serviceName}.${namespace}.svc.cluster.local`;
    this.registerOutputs({ statefulSetName: this.statefulSetName, serviceName: this.serviceName, host: this.host });
  }

  private secret(name: string, args: RedisStatefulSetArgs, password: pulumi.Input<string>): k8s.core.v1.Secret {
    const secretPassword = pulumi.secret(password);
    return new k8s.core.v1.Secret(
      `${name}-password`,
      {
        metadata: { name: pulumi.interpolate`${args.statefulSetName}-password`, namespace: args.namespace },
        stringData: { password: secretPassword, "redis.conf": secretPassword.apply(redisConfig) },
      },
      { parent: this },
    );
  }
}

function replicasFault(count: number, storage: RedisStorage): string | undefined {
  if (!Number.isInteger(count) || count < 0) return `${count} is not a number of pods`;
  if (count > 1 && !("template" in storage) && !storage.shareBetweenReplicas) {
    return (
      `${count} replicas on one claim write over each other's data. Use a template, which gives each its own claim, ` +
      `or set shareBetweenReplicas to show what goes wrong`
    );
  }
  return undefined;
}

function claimTemplate({ template }: ClaimTemplate) {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = template.retention ?? {};
  return {
    volumeClaimTemplates: [
      {
        metadata: { name: template.name },
        spec: {
          accessModes: template.accessModes ?? ["ReadWriteOnce"],
          resources: { requests: { storage: template.capacity ?? "64Mi" } },
          storageClassName: template.storageClassName,
        },
      },
    ],
    persistentVolumeClaimRetentionPolicy: template.retention && { whenDeleted, whenScaled },
  };
}
