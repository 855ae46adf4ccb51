import { RedisStatefulSet } from "../../../components/index";
import { dynamicClaim } from "./dynamic-claim";
import { exampleRedisSettings } from "./redis-on-claims";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

const names = COURSE_NAMES.redisShared;
const namespace = COURSE_NAMES.exampleNamespace;

/** The course's example of what not to do: three replicas on one claim, each of which writes its `dump.rdb` over the others'. */
export const redisShared: Section = {
  claims: () => [{ namespace, name: names.claim }],
  make(context) {
    const claim = dynamicClaim(context, names.claim, namespace, "ReadWriteMany");
    const redis = new RedisStatefulSet(
      names.service,
      {
        ...exampleRedisSettings(context, names),
        replicas: 3,
        storage: {
          claimName: claim.metadata.name,
          accessModes: ["ReadWriteMany"],
          volumeName: names.podVolume,
          shareBetweenReplicas: true,
        },
      },
      { provider: context.provider },
    );
    return { statefulSet: redis.statefulSetName, host: redis.host, claim: claim.metadata.name };
  },
};
