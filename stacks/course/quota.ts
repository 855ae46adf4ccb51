import { ClaimQuota } from "../../components/storage/ClaimQuota";
import { ownNamespace } from "../cluster";
import type { Section } from "./stage";

/** A namespace in which claims are counted: two in all, one of the provisioner's class. */
export const quota: Section = {
  make({ config, provider }) {
    const namespace = ownNamespace(config.quotaNamespace, { provider }, "quotaNamespace");
    const claims = new ClaimQuota(
      "pvc-quota",
      {
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
