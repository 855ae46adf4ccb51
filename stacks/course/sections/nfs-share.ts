import { StaticVolume } from "../../../components/index";
import type { Section, SectionContext } from "../section";
import { byClassAlone } from "./static-pair";

const common = ({ infrastructure, namespace }: SectionContext, path: ReturnType<SectionContext["directory"]>) => ({
  namespace,
  source: { type: "nfs" as const, server: infrastructure.server, path },
  capacity: "64Mi",
});

/** The course's NFS volume, kept for its claim, and the same without `claimRef`, bound by its class alone. */
export const nfsShare: Section = {
  directories: ["share", "unreserved"],
  make(context) {
    const share = new StaticVolume(
      "nfs-share",
      { ...common(context, context.directory("share")), volumeName: "pv-nfs-example", claimName: "pvc-nfs-share" },
      { provider: context.provider },
    );
    const unreserved = new StaticVolume(
      "nfs-unreserved",
      {
        ...common(context, context.directory("unreserved")),
        volumeName: "pv-nfs-unreserved",
        claimName: "pvc-nfs-unreserved",
        ...byClassAlone("nfs-unreserved"),
      },
      { provider: context.provider },
    );
    return { claim: share.claimName, unreservedClaim: unreserved.claimName };
  },
};
