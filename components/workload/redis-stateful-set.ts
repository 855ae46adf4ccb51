import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { REDIS_PORT, redisContainer, redisConfig } from "./redis-container";
import { statefulService, type StatefulServiceArgs } from "./stateful-service";
import type { StatefulStorage } from "./stateful-storage";

/** The course's image. */
export const DEFAULT_REDIS_IMAGE = "swr.cn-north-4.myhuaweicloud.com/ddn-k8s/docker.io/redis:7.4.4";

export interface RedisStatefulSetArgs extends StatefulServiceArgs {
  /** Where `/data` is. */
  storage: StatefulStorage;
  /** @default the course's, Redis 7.4.4 */
  image?: pulumi.Input<string>;
  /** The label `version`: the version that is in the image. @default "7.4.4" */
  version?: pulumi.Input<string>;
  /** Password that clients must give; kept in a Secret, and known to the probes. @default none, as in the course */
  password?: pulumi.Input<string>;
  /** CPU that each pod asks for; it gets 100m at most. @default "100m", as in the course */
  cpu?: pulumi.Input<string>;
  /**
   * What shows that a pod is ready: an answer of Redis, or that its port is open, for which no process is started in it.
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

  constructor(name: string, args: RedisStatefulSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:workload:RedisStatefulSet", name, {}, opts);
    const secret = args.password === undefined ? undefined : this.secret(name, args, args.password);
    const secretName = secret?.metadata.name;
    const made = statefulService(this, name, args, {
      port: { name: "redis", port: REDIS_PORT },
      labels: { version: args.version ?? "7.4.4" },
      container: (dataVolume) =>
        redisContainer({
          image: args.image ?? DEFAULT_REDIS_IMAGE,
          cpu: args.cpu ?? "100m",
          readiness: args.readiness ?? "ping",
          dataVolume,
          secretName,
        }),
      volumes: secretName ? [{ name: "config", secret: { secretName } }] : [],
    });
    this.statefulSetName = made.statefulSetName;
    this.serviceName = made.serviceName;
    this.host = made.host;
    this.registerOutputs({ ...made });
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
