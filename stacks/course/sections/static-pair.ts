import { StaticVolume, type StaticVolumeArgs } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section, SectionContext } from "../section";

/** The volume and the claim that are bound to each other, without a pod. */
export const staticPair: Section = {
  directories: (names) => [names.staticPair.directory],
  make(context) {
    const pair = staticVolume(context, COURSE_NAMES.staticPair.directory, context.names.staticPair);
    return { volume: pair.volumeName, claim: pair.claimName };
  },
};

/** A static NFS volume as the course has it, in the course's namespace. */
export function staticVolume(
  context: SectionContext,
  resourceName: string,
  { directory, volume, claim }: { directory: string; volume: string; claim: string },
): StaticVolume {
  return new StaticVolume(
    resourceName,
    {
      volumeName: volume,
      claimName: claim,
      namespace: context.namespace,
      source: { type: "nfs", server: context.infrastructure.server, path: context.directory(directory) },
      mountOptions: context.infrastructure.mountOptions,
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
