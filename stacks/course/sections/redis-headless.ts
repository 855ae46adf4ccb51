import { RedisStatefulSet } from "../../../components/index";
import { redisSettings } from "./redis-on-claims";
import type { Section } from "../section";
import { templateClaims } from "./dynamic-claim";

/** The course's commented example of a StatefulSet with a claim template and its headless Service. */
export const redisHeadless: Section = {
  claims: () => templateClaims("default", "redis-data", "redis-statefulset", 1),
  make(context) {
    const { config, provider } = context;
    const redis = new RedisStatefulSet(
      "redis-headless",
      {
        ...redisSettings(context),
        namespace: "default",
        statefulSetName: "redis-statefulset",
        serviceName: "redis-headless",
        app: "redis",
        cpu: "50m",
        readiness: "port",
        storage: {
          template: {
            name: "redis-data",
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
