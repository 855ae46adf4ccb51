import { RedisStatefulSet } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section, SectionContext } from "../section";
import { staticVolume } from "./static-pair";
import { templateClaims } from "./dynamic-claim";

const { redisExistingClaim: onStatic, redisTemplate: onTemplate } = COURSE_NAMES;

/** What every Redis of the course has in common. */
export const redisSettings = ({ config, namespace }: SectionContext) => ({
  namespace,
  image: config.redisImage,
  version: config.redisVersion,
  readyWithin: config.readyWithin,
});

/** What the two commented examples have in common: smaller requests, and no process for the probe. */
export const exampleRedisSettings = (
  context: SectionContext,
  { statefulSet, service, app }: { statefulSet: string; service: string; app: string },
) => ({
  ...redisSettings(context),
  namespace: COURSE_NAMES.exampleNamespace,
  statefulSetName: statefulSet,
  serviceName: service,
  app,
  cpu: "50m",
  readiness: "port" as const,
});

/** Redis on a claim that was made before it. */
export const redisExistingClaim: Section = {
  directories: [onStatic.directory],
  make(context) {
    const claim = staticVolume(context, onStatic);
    const redis = new RedisStatefulSet(
      onStatic.service,
      {
        ...redisSettings(context),
        statefulSetName: onStatic.statefulSet,
        serviceName: onStatic.service,
        storage: { claim, volumeName: onStatic.podVolume },
      },
      { provider: context.provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host };
  },
};

/** Redis with a claim for each replica, from a template. */
export const redisTemplate: Section = {
  claims: ({ namespace, replicas }) => templateClaims(namespace, onTemplate.template, onTemplate.statefulSet, replicas),
  make(context) {
    const { config, provider } = context;
    const redis = new RedisStatefulSet(
      onTemplate.service,
      {
        ...redisSettings(context),
        statefulSetName: onTemplate.statefulSet,
        serviceName: onTemplate.service,
        replicas: config.replicas,
        storage: { template: { name: onTemplate.template, storageClassName: config.storageClass } },
      },
      { provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host };
  },
};
