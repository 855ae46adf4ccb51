import { bareAddress } from "../../components/index";
import { classroomPlan, shardPlan } from "../classroom/class-plans";
import type { StackConfig } from "../config";
import type { CourseConfig, InfrastructureConfig } from "../config-schema";
import { courseNames, courseNamespaces } from "../course/course-names";
import { courseRemedy, newCourseRemedy } from "../course/course-remedy";
import { infrastructureRemedy } from "../infrastructure-remedy";
import { storageParts } from "../storage-parts";
import type { ClusterPlan } from "./cluster-checks";
import { courseObjects, infrastructureObjects, namespaceObjects } from "./planned-objects";
import { courseRights, infrastructureRights } from "./rights";

/** What a stack needs of its cluster, as far as its config alone tells. */
export function planOf(stack: StackConfig): ClusterPlan {
  switch (stack.program) {
    case "infrastructure":
      return infrastructurePlan(stack.settings);
    case "course":
      return coursePlan(stack.settings);
    case "classroom":
      return classroomPlan(stack.settings);
    case "shard":
      return shardPlan();
  }
}

/** What the program `infrastructure` needs of its cluster. */
export function infrastructurePlan(config: InfrastructureConfig): ClusterPlan {
  return {
    key: "storage-lab:infrastructure.kubeconfig",
    rights: infrastructureRights(config),
    objects: infrastructureObjects(config),
    remedy: infrastructureRemedy,
    // Pods prove all nodes.
    hosts: config.nodePods
      ? undefined
      : config.nodes.flatMap(({ name, host, address = host }) => [name, bareAddress(host), bareAddress(address)]),
    provisioners: storageParts(config).map(({ provisioner: { name } }, index) => {
      const further = index === 0 ? "" : `additional[${index - 1}].`;
      return { key: `storage-lab:infrastructure.${further}provisioner.name`, name };
    }),
  };
}

/** What the program `course` needs of its cluster. */
export function coursePlan(config: CourseConfig): ClusterPlan {
  const names = courseNames(config);
  const made = courseNamespaces(config, names).filter(({ key }) => config.createNamespace || key !== "namespace");
  return {
    key: "storage-lab:course.kubeconfig",
    rights: courseRights(config),
    objects: [
      ...namespaceObjects(made.map(({ key, name }) => ({ resource: key, name }))),
      ...courseObjects(config, names),
    ],
    remedy: (object, isMade) => (isMade ? courseRemedy(config, names) : newCourseRemedy(config))(object),
  };
}
