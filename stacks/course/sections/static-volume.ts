import { StaticVolume, type StaticVolumeArgs } from "../../../components/storage/static-volume";
import type { Stage } from "../section";

/** A static NFS volume as the course has it: the directory below the export is the name without its prefix. */
export function staticVolume(stage: Stage, directory: string): StaticVolume {
  return new StaticVolume(
    directory,
    {
      volumeName: `pv-${directory}`,
      claimName: `pvc-${directory}`,
      namespace: stage.namespace,
      source: { type: "nfs", server: stage.infrastructure.server, path: stage.directory(directory) },
      capacity: "64Mi",
    },
    { provider: stage.provider },
  );
}

/** Lets a volume and its claim find each other by their class alone: one that only these two name, and that is no object. */
export function byClassAlone(
  storageClassName: string,
): Pick<StaticVolumeArgs, "storageClassName" | "claimRef" | "claimNamesVolume"> {
  return { storageClassName, claimRef: false, claimNamesVolume: false };
}
