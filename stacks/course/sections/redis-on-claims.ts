import { RedisStatefulSet } from "../../../components/index";
import type { Section, SectionContext } from "../section";
import { staticVolume } from "./static-pair";
import { templateClaims } from "./dynamic-claim";

const DIRECTORY = "shiqi-redis-exist-pvc";

/** What every Redis of the course has in common. */
export const redisSettings = ({ config, namespace }: SectionContext) => ({
  namespace,
  image: config.redisImage,
  version: config.redisVersion,
  readyWithin: config.readyWithin,
});

/** Redis on a claim that was made before it. */
export const redisExistingClaim: Section = {
  directories: [DIRECTORY],
  make(context) {
    const volume = staticVolume(context, DIRECTORY);
    const redis = new RedisStatefulSet(
      "redis-exist-pvc",
      {
        ...redisSettings(context),
        statefulSetName: "statefulset-redis-exist-pvc",
        serviceName: "redis-exist-pvc",
        storage: {
          claimName: volume.claimName,
          accessModes: volume.accessModes,
          volumeName: "volume-shiqi-redis-exist-pvc",
          replaceWith: volume.persistentVolume,
        },
      },
      { provider: context.provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host };
  },
};

/** Redis with a claim for each replica, from a template. */
export const redisTemplate: Section = {
  claims: ({ namespace, replicas }) =>
    templateClaims(namespace, "pvc-shiqi", "statefulset-redis-not-exist-pvc", replicas),
  make(context) {
    const { config, provider } = context;
    const redis = new RedisStatefulSet(
      "redis-not-exist-pvc",
      {
        ...redisSettings(context),
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
