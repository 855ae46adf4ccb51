import { RedisStatefulSet } from "../../../components/index";
import { dynamicClaim } from "./dynamic-claim";
import { exampleRedisSettings } from "./redis-on-claims";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** The course's example of what not to do: three replicas on one claim, each of which writes its `dump.rdb` over the others'. */
export const redisShared: Section = {
  claims: (_, { exampleNamespace: namespace, redisShared: { claim: name } }) => [{ namespace, name }],
  make(context) {
    const names = context.names.redisShared;
    const claim = dynamicClaim(
      context,
      COURSE_NAMES.redisShared.claim,
      names.claim,
      context.exampleNamespace,
      "ReadWriteMany",
    );
    const redis = new RedisStatefulSet(
      COURSE_NAMES.redisShared.service,
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
