import { StaticVolume, type StaticVolumeArgs } from "../../../components/index";
import type { Section, SectionContext } from "../section";
import { byClassAlone } from "./static-pair";

const settings = (
  { infrastructure, namespace, directory }: SectionContext,
  names: { directory: string; volume: string; claim: string },
): StaticVolumeArgs => ({
  namespace,
  volumeName: names.volume,
  claimName: names.claim,
  source: { type: "nfs", server: infrastructure.server, path: directory(names.directory) },
  mountOptions: infrastructure.mountOptions,
  capacity: "64Mi",
});

/** The course's NFS volume, kept for its claim, and the same without `claimRef`, bound by its class alone. */
export const nfsShare: Section = {
  directories: ({ nfsShare: { reserved, unreserved } }) => [reserved.directory, unreserved.directory],
  make(context) {
    const { names, provider } = context;
    const { reserved: withRef, unreserved: withoutRef } = names.nfsShare;
    const share = new StaticVolume("nfs-share", settings(context, withRef), { provider });
    const unreserved = new StaticVolume(
      "nfs-unreserved",
      { ...settings(context, withoutRef), ...byClassAlone(withoutRef.storageClass) },
      { provider },
    );
    return { claim: share.claimName, unreservedClaim: unreserved.claimName };
  },
};
