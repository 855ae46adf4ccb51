import { StaticVolume } from "../../../components/storage/static-volume";
import type { Section, Stage } from "../section";
import { byClassAlone } from "./static-volume";

const common = ({ infrastructure, namespace }: Stage, path: ReturnType<Stage["directory"]>) => ({
  namespace,
  source: { type: "nfs" as const, server: infrastructure.server, path },
  capacity: "64Mi",
});

/** The course's NFS volume, kept for its claim, and the same without `claimRef`, bound by its class alone. */
export const nfsShare: Section = {
  directories: ["share", "unreserved"],
  make(stage) {
    const share = new StaticVolume(
      "nfs-share",
      { ...common(stage, stage.directory("share")), volumeName: "pv-nfs-example", claimName: "pvc-nfs-share" },
      { provider: stage.provider },
    );
    const unreserved = new StaticVolume(
      "nfs-unreserved",
      {
        ...common(stage, stage.directory("unreserved")),
        volumeName: "pv-nfs-unreserved",
        claimName: "pvc-nfs-unreserved",
        ...byClassAlone("nfs-unreserved"),
      },
      { provider: stage.provider },
    );
    return { claim: share.claimName, unreservedClaim: unreserved.claimName };
  },
};
