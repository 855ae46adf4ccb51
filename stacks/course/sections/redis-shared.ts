import { RedisStatefulSet } from "../../../components/index";
import { dynamicClaim } from "./dynamic-claim";
import { redisSettings } from "./redis-on-claims";
import type { Section } from "../section";

/** The course's example of what not to do: three replicas on one claim, each of which writes its `dump.rdb` over the others'. */
export const redisShared: Section = {
  claims: () => [{ namespace: "default", name: "redis-pvc" }],
  make(context) {
    const claim = dynamicClaim(context, "redis-pvc", "default", "ReadWriteMany");
    const redis = new RedisStatefulSet(
      "redis-headless-pvc",
      {
        ...redisSettings(context),
        namespace: "default",
        statefulSetName: "redis-statefulset-pvc",
        serviceName: "redis-headless-pvc",
        app: "redis-pvc",
        cpu: "50m",
        readiness: "port",
        replicas: 3,
        storage: {
          claimName: claim.metadata.name,
          accessModes: ["ReadWriteMany"],
          volumeName: "redis-data",
          shareBetweenReplicas: true,
        },
      },
      { provider: context.provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host, claim: claim.metadata.name };
  },
};
