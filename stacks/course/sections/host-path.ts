import { StaticVolume } from "../../../components/index";
import { stackNamespace } from "../../cluster-provider";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";
import { byClassAlone } from "./static-pair";

const { reserved: withRef, unreserved: withoutRef } = COURSE_NAMES.hostPath;

/** The course's hostPath volume, kept for its claim, and the same without `claimRef`, bound by its class alone. */
export const hostPath: Section = {
  make({ config, provider }) {
    const namespace = stackNamespace(config.hostPathNamespace, { provider }, "hostPathNamespace");
    const share = new StaticVolume(
      "hostpath-data",
      {
        namespace,
        volumeName: withRef.volume,
        claimName: withRef.claim,
        source: { type: "hostPath", path: "/mnt/data" },
        capacity: "5Gi",
      },
      { provider },
    );
    const unreserved = new StaticVolume(
      "hostpath-unreserved",
      {
        namespace,
        volumeName: withoutRef.volume,
        claimName: withoutRef.claim,
        source: { type: "hostPath", path: "/mnt/data-unreserved" },
        capacity: "5Gi",
        ...byClassAlone(withoutRef.storageClass),
      },
      { provider },
    );
    return { namespace, claim: share.claimName, unreservedClaim: unreserved.claimName };
  },
};
