import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { objectMeta, type Metadata } from "../metadata";
import { optionalField } from "../optional-field";
import { imageTag } from "./image-tag";
import { REDIS_PORT, redisConfig, redisContainer } from "./redis-container";
import type { Program } from "./stateful-service";

/** Annotation of the pods that changes with the password, and restarts them. */
const PASSWORD_REVISION = "storage-lab/password-revision";

/** The pods of Redis; with a Secret that `redisSecret` made, of one that asks for the password in it. */
export function redisProgram(redis: {
  image: pulumi.Output<string>;
  /** The label `version`. @default the image's tag */
  version?: pulumi.Input<string>;
  cpu: pulumi.Input<string>;
  readiness: "ping" | "port";
  secret?: k8s.core.v1.Secret;
  /** What else the container's and the pods' spec say. */
  container?: Partial<k8s.types.input.core.v1.Container>;
  podSpec?: Partial<k8s.types.input.core.v1.PodSpec>;
}): Program {
  const { image, version, cpu, readiness, secret } = redis;
  const secretName = secret?.metadata.name;
  return {
    port: { name: "redis", port: REDIS_PORT },
    labels: { version: version ?? optionalField(image.apply(imageTag)) },
    podAnnotations: secret && { [PASSWORD_REVISION]: secret.metadata.uid },
    container: (dataVolume) => ({
      ...redisContainer({ image, cpu, readiness, dataVolume, secretName }),
      ...redis.container,
    }),
    volumes: secretName ? [{ name: "config", secret: { secretName } }] : [],
    podSpec: redis.podSpec,
  };
}

/**
 * Another password makes another Secret, with another uid, and nothing else does: unlike a hash the uid tells nobody about
 * the password, and unlike the resourceVersion it stays when somebody edits a label.
 */
export function redisSecret(
  resourceName: string,
  secret: {
    name: pulumi.Input<string>;
    namespace: pulumi.Input<string>;
    password: pulumi.Output<string>;
    metadata?: Metadata;
  },
  options: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const { name, namespace, password, metadata } = secret;
  return new k8s.core.v1.Secret(
    resourceName,
    {
      metadata: objectMeta({ name, namespace }, metadata),
      stringData: { password, "redis.conf": password.apply(redisConfig) },
    },
    { ...options, deleteBeforeReplace: true, replaceOnChanges: ["data", "stringData"] },
  );
}
