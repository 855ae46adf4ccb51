import { RedisStatefulSet } from "../../../components/workload/redis-stateful-set";
import type { Section, Stage } from "../section";
import { staticVolume } from "./static-volume";
import { templateClaims } from "./template-claims";

const DIRECTORY = "shiqi-redis-exist-pvc";

/** What every Redis of the course has in common. */
export const redisSettings = ({ config, namespace }: Stage) => ({
  namespace,
  image: config.redisImage,
  version: config.redisVersion,
  readyWithin: config.readyWithin,
});

/** Redis on a claim that was made before it. */
export const redisExistingClaim: Section = {
  directories: [DIRECTORY],
  make(stage) {
    const volume = staticVolume(stage, DIRECTORY);
    const redis = new RedisStatefulSet(
      "redis-exist-pvc",
      {
        ...redisSettings(stage),
        statefulSetName: "statefulset-redis-exist-pvc",
        serviceName: "redis-exist-pvc",
        storage: {
          claimName: volume.claimName,
          accessModes: volume.accessModes,
          volumeName: "volume-shiqi-redis-exist-pvc",
          replaceWith: volume.persistentVolume,
        },
      },
      { provider: stage.provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host };
  },
};

/** Redis with a claim for each replica, from a template. */
export const redisTemplate: Section = {
  claims: ({ namespace, replicas }) =>
    templateClaims(namespace, "pvc-shiqi", "statefulset-redis-not-exist-pvc", replicas),
  make(stage) {
    const { config, provider } = stage;
    const redis = new RedisStatefulSet(
      "redis-not-exist-pvc",
      {
        ...redisSettings(stage),
        statefulSetName: "statefulset-redis-not-exist-pvc",
        serviceName: "redis-not-exist-pvc",
        replicas: config.replicas,
        storage: { template: { name: "pvc-shiqi", storageClassName: config.storageClass } },
      },
      { provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host };
  },
};
