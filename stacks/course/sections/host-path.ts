import { StaticVolume } from "../../../components/index";
import { stackNamespace } from "../../cluster-provider";
import type { Section } from "../section";
import { byClassAlone } from "./static-pair";

/** The course's hostPath volume, kept for its claim, and the same without `claimRef`, bound by its class alone. */
export const hostPath: Section = {
  make({ config, provider }) {
    const namespace = stackNamespace(config.hostPathNamespace, { provider }, "hostPathNamespace");
    const share = new StaticVolume(
      "hostpath-data",
      {
        namespace,
        volumeName: "pv-hostpath-example",
        claimName: "pvc-hostpath-data",
        source: { type: "hostPath", path: "/mnt/data" },
        capacity: "5Gi",
      },
      { provider },
    );
    const unreserved = new StaticVolume(
      "hostpath-unreserved",
      {
        namespace,
        volumeName: "pv-hostpath-unreserved",
        claimName: "pvc-hostpath-unreserved",
        source: { type: "hostPath", path: "/mnt/data-unreserved" },
        capacity: "5Gi",
        ...byClassAlone("hostpath-unreserved"),
      },
      { provider },
    );
    return { namespace, claim: share.claimName, unreservedClaim: unreserved.claimName };
  },
};
