import { ClaimQuota } from "../../../components/index";
import { stackNamespace } from "../../cluster-provider";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** A namespace in which claims are counted: two in all, one of the provisioner's class. */
export const quota: Section = {
  make({ config, provider }) {
    const namespace = stackNamespace(config.quotaNamespace, { provider }, "quotaNamespace");
    const claims = new ClaimQuota(
      COURSE_NAMES.quota.quota,
      {
        quotaName: COURSE_NAMES.quota.quota,
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
