import { bareAddress } from "../../components/index";
import type { CourseConfig, InfrastructureConfig } from "../config-schema";
import { courseNames, SHARED_NAMESPACE } from "../course/course-names";
import { courseRemedy } from "../course/course-remedy";
import { infrastructureRemedy } from "../infrastructure-remedy";
import type { ClusterPlan } from "./cluster-checks";
import { courseObjects, infrastructureObjects, namespaceObjects } from "./planned-objects";
import { courseRights, infrastructureRights } from "./rights";

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
  };
}

/** What the program `course` needs of its cluster. */
export function coursePlan(config: CourseConfig): ClusterPlan {
  const names = courseNames(config);
  const { createNamespace, sections } = config;
  const namespaces = [
    { resource: "namespace", name: names.namespace, made: createNamespace },
    {
      resource: "exampleNamespace",
      name: names.exampleNamespace,
      made: names.exampleNamespace !== SHARED_NAMESPACE,
    },
    { resource: "hostPathNamespace", name: names.hostPath.namespace, made: sections.hostPath },
    { resource: "quotaNamespace", name: names.quota.namespace, made: sections.quota },
  ].filter(({ made }) => made);
  return {
    key: "storage-lab:course.kubeconfig",
    rights: courseRights(config),
    objects: [...namespaceObjects(namespaces), ...courseObjects(config, names)],
    remedy: courseRemedy(config, names),
  };
}
