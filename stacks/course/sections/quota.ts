import { ClaimQuota } from "../../../components/index";
import { stackNamespace } from "../../stack-namespace";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** A namespace in which claims are counted: two in all, one of the provisioner's class. */
export const quota: Section = {
  make({ config, names, provider }) {
    const namespace = stackNamespace("quotaNamespace", names.quota.namespace, { provider });
    const claims = new ClaimQuota(
      COURSE_NAMES.quota.quota,
      {
        quotaName: names.quota.quota,
        namespace,
        claims: 2,
        storage: "128Mi",
        classes: { [config.storageClass]: { claims: 1, storage: "64Mi" } },
      },
      { provider },
    );
    return { namespace, quota: claims.quotaName };
  },
};
