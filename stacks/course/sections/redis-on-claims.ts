import { RedisStatefulSet } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section, SectionContext } from "../section";
import { staticVolume } from "./static-pair";
import { templateClaims } from "./dynamic-claim";

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
  namespace: context.exampleNamespace,
  statefulSetName: statefulSet,
  serviceName: service,
  app,
  cpu: "50m",
  readiness: "port" as const,
});

/** Redis on a claim that was made before it. */
export const redisExistingClaim: Section = {
  directories: (names) => [names.redisExistingClaim.directory],
  make(context) {
    const onStatic = context.names.redisExistingClaim;
    const claim = staticVolume(context, COURSE_NAMES.redisExistingClaim.directory, onStatic);
    const redis = new RedisStatefulSet(
      COURSE_NAMES.redisExistingClaim.service,
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
  claims: ({ replicas }, { namespace, redisTemplate: { template, statefulSet } }) =>
    templateClaims(namespace, template, statefulSet, replicas),
  make(context) {
    const { config, provider } = context;
    const onTemplate = context.names.redisTemplate;
    const redis = new RedisStatefulSet(
      COURSE_NAMES.redisTemplate.service,
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
