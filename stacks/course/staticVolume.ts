import { StaticVolume } from "../../components/storage/StaticVolume";
import type { Stage } from "./stage";

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
