import { RedisStatefulSet } from "../../../components/index";
import { exampleRedisSettings } from "./redis-on-claims";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";
import { templateClaims } from "./dynamic-claim";

/** The course's commented example of a StatefulSet with a claim template and its headless Service. */
export const redisHeadless: Section = {
  claims: (_, { exampleNamespace, redisHeadless: { template, statefulSet } }) =>
    templateClaims(exampleNamespace, template, statefulSet, 1),
  make(context) {
    const { config, provider } = context;
    const names = context.names.redisHeadless;
    const redis = new RedisStatefulSet(
      COURSE_NAMES.redisHeadless.service,
      {
        ...exampleRedisSettings(context, names),
        storage: {
          template: {
            name: names.template,
            capacity: "1Gi",
            storageClassName: config.storageClass,
            // No namespace of the stack's goes and takes the claim along.
            retention: { whenDeleted: "Delete" },
          },
        },
      },
      { provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host };
  },
};
