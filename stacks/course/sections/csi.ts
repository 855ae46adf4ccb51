import { RedisStatefulSet } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";
import { dynamicClaim } from "./dynamic-claim";
import { redisSettings } from "./redis-on-claims";

/** A claim, and a Redis with one from a template, whose volumes the CSI driver makes and mounts. */
export const csi: Section = {
  make(context) {
    const { provider, namespace } = context;
    const names = context.names.csi;
    const { storageClass } = names;
    const claim = dynamicClaim(context, COURSE_NAMES.csi.claim, names.claim, namespace, "ReadWriteMany", storageClass);
    const redis = new RedisStatefulSet(
      COURSE_NAMES.csi.service,
      {
        ...redisSettings(context),
        statefulSetName: names.statefulSet,
        serviceName: names.service,
        storage: { template: { name: names.template, storageClassName: storageClass } },
      },
      { provider },
    );
    return { claim: claim.metadata.name, statefulSet: redis.statefulSetName, host: redis.host };
  },
};
