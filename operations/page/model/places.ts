import type { V1PersistentVolume } from "@kubernetes/client-node";
import { directoryKey, type HostFacts } from "./host-facts";
import type { Directory } from "./line";

/** Where a volume's data is; what was seen of it there. */
export function directoryOf(volume: V1PersistentVolume, facts: HostFacts): Directory {
  const place = placeOf(volume);
  if (place.kind !== "nfs") return place;
  return { ...place, ...facts.directories.get(directoryKey(place.host ?? "", place.path)) };
}

function placeOf({ spec }: V1PersistentVolume): Directory {
  if (spec?.nfs) return { kind: "nfs", host: spec.nfs.server, path: trimmed(spec.nfs.path) };
  if (spec?.csi) {
    const { driver, volumeHandle, volumeAttributes = {} } = spec.csi;
    // The driver takes its keys in any case.
    const values = Object.entries(volumeAttributes).map(([key, value]) => [key.toLowerCase(), value]);
    const { server, share, subdir } = Object.fromEntries(values) as Partial<Record<string, string>>;
    if (server === undefined || share === undefined) return { kind: "other", host: driver, path: volumeHandle };
    return { kind: "nfs", host: server, path: trimmed(subdir ? `${share}/${subdir}` : share) };
  }
  const path = spec?.local?.path ?? spec?.hostPath?.path;
  if (path === undefined) return { kind: "other", path: "" };
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const host = terms.flatMap(({ matchExpressions = [] }) => matchExpressions.flatMap(({ values = [] }) => values));
  return { kind: "node", path, ...(host.length > 0 && { host: host.join(", ") }) };
}

const trimmed = (path: string): string => path.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
