import type { CourseConfig } from "../config-schema";
import type { WantedInfrastructure } from "../infrastructure-reference";
import type { CourseNames } from "./course-names";
import { sections, type SectionName } from "./sections";

/** The sections that the config has switched on. */
export function chosenSections(config: CourseConfig): SectionName[] {
  return (Object.keys(sections) as SectionName[]).filter((name) => config.sections[name]);
}

/** What a course needs of its infrastructure. */
export function wantedInfrastructure(config: CourseConfig, names: CourseNames): WantedInfrastructure {
  const chosen = chosenSections(config).map((name) => sections[name]);
  return {
    storageClass: config.storageClass,
    planned: {
      claims: chosen.flatMap(({ claims }) => claims?.(config, names) ?? []),
      directories: chosen.flatMap(({ directories }) => directories?.(names) ?? []),
    },
    csiStorageClass: config.sections.csi ? names.csi.storageClass : undefined,
    export: config.export,
  };
}

/** The config key of the node. */
export const LOCAL_NODE = "storage-lab:course.localNode";

/** The node that sections tie something to. */
export function neededNode({ localNode, sections: { localVolume, nginx } }: CourseConfig): string | undefined {
  return localVolume || nginx ? localNode : undefined;
}
