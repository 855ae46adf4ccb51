import { deletionSentence, type OnDelete } from "./deletion-effect";
import { pathOf } from "./path-pattern";

export type { OnDelete } from "./deletion-effect";

/**
 * Releases of nfs-subdir-external-provisioner. Upstream has published images up to v4.0.2; v4.0.3 stands for what is built
 * from its later sources, such as those of its tag nfs-subdir-external-provisioner-4.0.18.
 */
export type ProvisionerRelease = "v4.0.0" | "v4.0.1" | "v4.0.2" | "v4.0.3";

/** How a release finds the directory of a deleted volume, and what it calls an archive. */
interface Deletion {
  /** `name`: by the last part of the volume's path alone, at the export's root, whoever has the directory of that name. */
  finds: "path" | "name";
  archivesAs: "archived-<volume>" | "archived-<directory>";
}

const RELEASES: Record<ProvisionerRelease, Deletion> = {
  "v4.0.0": { finds: "path", archivesAs: "archived-<volume>" },
  "v4.0.1": { finds: "name", archivesAs: "archived-<directory>" },
  "v4.0.2": { finds: "name", archivesAs: "archived-<directory>" },
  "v4.0.3": { finds: "path", archivesAs: "archived-<directory>" },
};

/**
 * The release of an image, by its tag and whatever its registry; of any other image the one with the most faults. Tags after
 * v4.0.2 are not upstream's: some are the numbers of its Helm chart, which brings v4.0.2.
 */
export function releaseOf(image: string): ProvisionerRelease {
  const tag = /\/nfs-subdir-external-provisioner:(v4\.0\.[012])(?:@sha256:[0-9a-f]+)?$/.exec(image)?.[1];
  return (tag as ProvisionerRelease | undefined) ?? "v4.0.2";
}

/** All releases that are known. */
export const PROVISIONER_RELEASES = Object.keys(RELEASES) as [ProvisionerRelease, ...ProvisionerRelease[]];

/** Why this is no release; `undefined` when it is one. */
export function releaseError(release: string): string | undefined {
  if (Object.hasOwn(RELEASES, release)) return undefined;
  return `"${release}" is none of the releases that are known: ${PROVISIONER_RELEASES.join(", ")}`;
}

/** What decides about the directory of a volume whose claim is deleted. */
export interface DeletionRules {
  reclaimPolicy: "Retain" | "Delete";
  onDelete: OnDelete;
  /** @default none: a directory of its own for every volume */
  pathPattern?: string;
  release: ProvisionerRelease;
}

/** Why volumes of a class must not be deleted by this release; `undefined` when they can be. */
export function deletionError({ reclaimPolicy, onDelete, pathPattern, release }: DeletionRules): string | undefined {
  if (reclaimPolicy === "Retain" || onDelete === "retain" || pathPattern === undefined) return undefined;
  const { finds, archivesAs } = RELEASES[release];
  const verb = onDelete === "delete" ? "deletes" : "renames";
  const otherwise = 'or take reclaimPolicy Retain or onDelete "retain"';
  if (finds === "name" && pathPattern.includes("/")) {
    const made = pathOf(pathPattern, { namespace: "shiqi", name: "data" });
    const single = onDelete === "delete" ? ', use one level such as "${.PVC.namespace}_${.PVC.name}"' : "";
    return (
      `"${pathPattern}" has "/" in it, and provisioner ${release} ${verb} by the last part of a volume's path: for ${made} ` +
      `the directory ${made.split("/").pop()!} of the export, which may be another volume's. Leave the pattern out${single}, ` +
      `${otherwise}; if the image is built from later sources, say so with provisionerRelease "v4.0.3"`
    );
  }
  if (onDelete === "archive" && archivesAs === "archived-<directory>") {
    return (
      `"${pathPattern}" gives every claim of a name the same directory, and provisioner ${release} cannot archive it a ` +
      "second time: the volume stays, and its directory is renamed under the next claim as soon as the first archive is " +
      `removed. Leave the pattern out, ${otherwise}`
    );
  }
  return undefined;
}

/** One sentence: what deleting a claim of the class does to its data. */
export function deletionEffect(className: string, rules: DeletionRules): string {
  const { reclaimPolicy, onDelete, pathPattern, release } = rules;
  const again = pathPattern === undefined ? undefined : "a later claim of the same namespace and name gets";
  return deletionSentence(className, { reclaimPolicy, onDelete, archivesAs: RELEASES[release].archivesAs, again });
}
