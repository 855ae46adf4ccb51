import type { CourseConfig } from "../config-schema";
import type { ClusterObject } from "../object-marks";
import type { CourseNames } from "./course-names";

/**
 * How to give an object of the course another name, or another place, when one of its name is there and not the course's.
 * What the same run has made has to go first: a course that is there in part keeps its names.
 */
export function courseRemedy(
  config: CourseConfig,
  names: CourseNames,
): (object: Omit<ClusterObject, "name">) => string {
  const prefix = prefixRemedy(config);
  return ({ kind, namespace, resource }) => {
    if (kind === "Namespace") {
      return resource === "namespace"
        ? "Set createNamespace: false to work inside it, name another one, or delete it."
        : `Name another one as ${resource}, or delete it.`;
    }
    if (namespace === undefined || resource.startsWith("directories-"))
      return `Delete it, or run pulumi destroy and ${prefix} for another name.`;
    if (namespace === names.exampleNamespace) {
      return `Delete it, or run pulumi destroy and ${prefix} for another name, or exampleNamespace for another place.`;
    }
    return `Delete it, or run pulumi destroy and name another place as ${keyOf(namespace, names)}.`;
  };
}

/** The same before anything of the course is there: another name costs nothing, and what is there is somebody else's. */
export function newCourseRemedy(config: CourseConfig): (object: Pick<ClusterObject, "kind" | "resource">) => string {
  const prefix = prefixRemedy(config);
  return ({ kind, resource }) => {
    if (kind !== "Namespace") return `For another name of the stack's own, ${prefix}.`;
    const inside = resource === "namespace" ? "set createNamespace: false to work inside it, " : "";
    return `To leave it alone, ${inside}name another one as ${resource}, or ${prefix}.`;
  };
}

function prefixRemedy({ namePrefix }: CourseConfig): string {
  return namePrefix === "" ? "set namePrefix" : `set another namePrefix than ${namePrefix}`;
}

/** The key that names one of the course's namespaces. */
function keyOf(namespace: string, { hostPath, quota }: CourseNames): string {
  if (namespace === hostPath.namespace) return "hostPathNamespace";
  return namespace === quota.namespace ? "quotaNamespace" : "namespace";
}
