import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { required } from "../required";
import { parseQuantity, quantityError } from "../storage/quantity";
import { checkedPassword } from "./checked-password";
import { imageError } from "./image-tag";
import { CPU_LIMIT } from "./redis-container";
import { redisProgram, redisSecret } from "./redis-program";
import { statefulService, type StatefulServiceArgs } from "./stateful-service";
import type { StatefulStorage } from "./stateful-storage";

/** Upstream's image, for several architectures. */
export const DEFAULT_REDIS_IMAGE = "docker.io/library/redis:7.4.4";

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
      password &&
      redisSecret(
        `${name}-password`,
        {
          name: pulumi.interpolate`${args.statefulSetName}-password`,
          namespace: args.namespace,
          password: checkedPassword(this, `password of RedisStatefulSet ${name}`, password),
          metadata: args.metadata,
        },
        { parent: this },
      );
    const image = checked(this, `image of RedisStatefulSet ${name}`, args.image ?? DEFAULT_REDIS_IMAGE, imageError);
    const program = redisProgram({
      image,
      version: args.version,
      cpu: checked(this, `cpu of RedisStatefulSet ${name}`, args.cpu ?? CPU_LIMIT, cpuError),
      readiness: args.readiness ?? "ping",
      secret: this.secret,
    });
    const shares = "shareBetweenReplicas" in args.storage && args.storage.shareBetweenReplicas;
    const made = statefulService(this, name, args, { ...program, graceSeconds: shares ? SHARED_GRACE : undefined });
    this.statefulSetName = made.statefulSetName;
    this.serviceName = made.serviceName;
    this.host = made.host;
    this.statefulSet = made.statefulSet;
    this.service = made.service;
    this.registerOutputs({ statefulSetName: made.statefulSetName, serviceName: made.serviceName, host: made.host });
  }
}

function cpuError(cpu: string): string | undefined {
  const error = quantityError(cpu);
  if (error !== undefined) return error;
  const value = parseQuantity(cpu) ?? 0n;
  if (value < 0n) return `"${cpu}" is less than nothing`;
  return value > (parseQuantity(CPU_LIMIT) ?? 0n) ? `"${cpu}" is more than its limit of ${CPU_LIMIT}` : undefined;
}
