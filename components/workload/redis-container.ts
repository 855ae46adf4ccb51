import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export const REDIS_PORT = 6379;

/** What each pod gets at most, as in the course. */
export const CPU_LIMIT = "100m";

/**
 * Ready when Redis answers PONG. It answers `ping` also with an error (no password given, data still being loaded), at which
 * redis-cli exits 0 all the same. What it said instead is in the pod's events.
 */
const PING = ["sh", "-c", 'reply=$(redis-cli ping); echo "$reply"; [ "$reply" = PONG ]'];

const CONFIG_FOLDER = "/etc/redis-config";

/** The course's container; with the name of a Secret, one that asks for the password in it. */
export function redisContainer({
  image,
  cpu,
  readiness,
  dataVolume,
  secretName,
}: {
  image: pulumi.Input<string>;
  cpu: pulumi.Input<string>;
  readiness: "ping" | "port";
  dataVolume: string;
  secretName?: pulumi.Input<string>;
}): k8s.types.input.core.v1.Container {
  return {
    name: "redis",
    image,
    ports: [{ containerPort: REDIS_PORT, name: "redis" }],
    resources: { requests: { memory: "64Mi", cpu }, limits: { memory: "128Mi", cpu: CPU_LIMIT } },
    livenessProbe: {
      tcpSocket: { port: REDIS_PORT },
      initialDelaySeconds: 30,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
      successThreshold: 1,
    },
    readinessProbe: {
      ...(readiness === "ping" ? { exec: { command: PING } } : { tcpSocket: { port: REDIS_PORT } }),
      initialDelaySeconds: 5,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 3,
      successThreshold: 1,
    },
    volumeMounts: [
      { name: dataVolume, mountPath: "/data" },
      ...(secretName ? [{ name: "config", mountPath: CONFIG_FOLDER, readOnly: true }] : []),
    ],
    ...(secretName && {
      command: ["redis-server", `${CONFIG_FOLDER}/redis.conf`],
      // redis-cli takes it from there, so the probe and the course's commands work unchanged.
      env: [{ name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: secretName, key: "password" } } }],
    }),
  };
}

/** Redis's configuration with a password; every byte but letters and digits is written as `\xHH`. */
export function redisConfig(password: string): string {
  const quoted = [...Buffer.from(password, "utf8")]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
  return `dir /data\nprotected-mode no\nrequirepass "${quoted}"\n`;
}
