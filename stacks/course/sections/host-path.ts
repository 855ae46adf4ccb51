import { StaticVolume } from "../../../components/index";
import { stackNamespace } from "../../stack-namespace";
import type { Section } from "../section";
import { byClassAlone } from "./static-pair";

/** The course's hostPath volume, kept for its claim, and the same without `claimRef`, bound by its class alone. */
export const hostPath: Section = {
  make({ names, provider }) {
    const { reserved: withRef, unreserved: withoutRef } = names.hostPath;
    const namespace = stackNamespace("hostPathNamespace", names.hostPath.namespace, { provider });
    const share = new StaticVolume(
      "hostpath-data",
      {
        namespace,
        volumeName: withRef.volume,
        claimName: withRef.claim,
        source: { type: "hostPath", path: withRef.path },
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
        source: { type: "hostPath", path: withoutRef.path },
        capacity: "5Gi",
        ...byClassAlone(withoutRef.storageClass),
      },
      { provider },
    );
    return { namespace, claim: share.claimName, unreservedClaim: unreserved.claimName };
  },
};
