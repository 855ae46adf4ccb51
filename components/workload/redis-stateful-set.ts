import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta } from "../metadata";
import { optionalField } from "../optional-field";
import { required } from "../required";
import { parseQuantity, quantityError } from "../storage/quantity";
import { checkedPassword } from "./checked-password";
import { imageError, imageTag } from "./image-tag";
import { CPU_LIMIT, REDIS_PORT, redisContainer, redisConfig } from "./redis-container";
import { statefulService, type StatefulServiceArgs } from "./stateful-service";
import type { StatefulStorage } from "./stateful-storage";

/** Upstream's image, for several architectures. */
export const DEFAULT_REDIS_IMAGE = "docker.io/library/redis:7.4.4";

/** Annotation of the pods that changes with the password, and restarts them. */
const PASSWORD_REVISION = "storage-lab/password-revision";

/**
 * How long a pod that shares its claim with others gets to end, in seconds. Redis does not end while it cannot save, and
 * replicas that save at the same moment take each other's unfinished file away: one of them would stay the usual 30.
 */
const SHARED_GRACE = 5;

export interface RedisStatefulSetArgs extends StatefulServiceArgs {
  /** Where `/data` is. */
  storage: StatefulStorage;
  /** @default upstream's, docker.io/library/redis:7.4.4 */
  image?: pulumi.Input<string>;
  /** The label `version`: the version that is in the image. @default the image's tag; none for an image without a tag */
  version?: pulumi.Input<string>;
  /**
   * Password that clients must give; kept in a Secret, and known to the probes. Another one restarts the pods, which read
   * it when they start. @default none, as in the course
   */
  password?: pulumi.Input<string>;
  /** CPU that each pod asks for; it gets 100m at most, so no more can be asked for. @default "100m", as in the course */
  cpu?: pulumi.Input<string>;
  /**
   * What shows that a pod is ready: a reply of Redis, or that its port is open, for which no process is started in it.
   * @default "ping", as in the course
   */
  readiness?: "ping" | "port";
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
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** The headless Service. */
  readonly service: k8s.core.v1.Service;
  /** The Secret with the password, where there is one. */
  readonly secret?: k8s.core.v1.Secret;

  constructor(name: string, args: RedisStatefulSetArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`RedisStatefulSet ${name}`, args, {
      statefulSetName: true,
      serviceName: true,
      namespace: true,
      storage: true,
    });
    // What a component is given is part of the stack's state.
    const password = args.password === undefined ? undefined : pulumi.secret(args.password);
    super("storage-lab:workload:RedisStatefulSet", name, { ...args, password }, opts);
    this.secret =
      password && this.makeSecret(name, args, checkedPassword(this, `password of RedisStatefulSet ${name}`, password));
    const secretName = this.secret?.metadata.name;
    const image = checked(this, `image of RedisStatefulSet ${name}`, args.image ?? DEFAULT_REDIS_IMAGE, imageError);
    const cpu = checked(this, `cpu of RedisStatefulSet ${name}`, args.cpu ?? CPU_LIMIT, cpuError);
    const made = statefulService(this, name, args, {
      port: { name: "redis", port: REDIS_PORT },
      labels: { version: args.version ?? optionalField(image.apply(imageTag)) },
      podAnnotations: this.secret && { [PASSWORD_REVISION]: this.secret.metadata.uid },
      container: (dataVolume) =>
        redisContainer({
          image,
          cpu,
          readiness: args.readiness ?? "ping",
          dataVolume,
          secretName,
        }),
      graceSeconds:
        "shareBetweenReplicas" in args.storage && args.storage.shareBetweenReplicas ? SHARED_GRACE : undefined,
      volumes: secretName ? [{ name: "config", secret: { secretName } }] : [],
    });
    this.statefulSetName = made.statefulSetName;
    this.serviceName = made.serviceName;
    this.host = made.host;
    this.statefulSet = made.statefulSet;
    this.service = made.service;
    this.registerOutputs({ statefulSetName: made.statefulSetName, serviceName: made.serviceName, host: made.host });
  }

  /**
   * Another password makes another Secret, with another uid, and nothing else does: unlike a hash the uid tells nobody about
   * the password, and unlike the resourceVersion it stays when somebody edits a label.
   */
  private makeSecret(name: string, args: RedisStatefulSetArgs, password: pulumi.Output<string>): k8s.core.v1.Secret {
    return new k8s.core.v1.Secret(
      `${name}-password`,
      {
        metadata: objectMeta(
          { name: pulumi.interpolate`${args.statefulSetName}-password`, namespace: args.namespace },
          args.metadata,
        ),
        stringData: { password, "redis.conf": password.apply(redisConfig) },
      },
      { parent: this, deleteBeforeReplace: true, replaceOnChanges: ["data", "stringData"] },
    );
  }
}

function cpuError(cpu: string): string | undefined {
  const error = quantityError(cpu);
  if (error !== undefined) return error;
  const value = parseQuantity(cpu) ?? 0n;
  if (value < 0n) return `"${cpu}" is less than nothing`;
  return value > (parseQuantity(CPU_LIMIT) ?? 0n) ? `"${cpu}" is more than its limit of ${CPU_LIMIT}` : undefined;
}
