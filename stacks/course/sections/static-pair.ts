import type { Section, SectionContext } from "../section";
import { StaticVolume, type StaticVolumeArgs } from "../../../components/index";

const DIRECTORY = "shiqi-redis";

/** The volume and the claim that are bound to each other, without a pod. */
export const staticPair: Section = {
  directories: [DIRECTORY],
  make(context) {
    const pair = staticVolume(context, DIRECTORY);
    return { volume: pair.volumeName, claim: pair.claimName };
  },
};

/** A static NFS volume as the course has it: the directory below the export is the name without its prefix. */
export function staticVolume(context: SectionContext, directory: string): StaticVolume {
  return new StaticVolume(
    directory,
    {
      volumeName: `pv-${directory}`,
      claimName: `pvc-${directory}`,
      namespace: context.namespace,
      source: { type: "nfs", server: context.infrastructure.server, path: context.directory(directory) },
      capacity: "64Mi",
    },
    { provider: context.provider },
  );
}

/** Lets a volume and its claim find each other by their class alone: one that only these two name, and that is no object. */
export function byClassAlone(
  storageClassName: string,
): Pick<StaticVolumeArgs, "storageClassName" | "claimRef" | "claimNamesVolume"> {
  return { storageClassName, claimRef: false, claimNamesVolume: false };
}
