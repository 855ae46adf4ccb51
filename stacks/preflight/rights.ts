import type { Right } from "../cluster-reader";

const ofKinds = (group: string, resources: string[], verbs = ["create", "patch", "delete"]): Right[] =>
  resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource })));

/** What the program `infrastructure` needs to be allowed. Who may not read an object cannot make or await one. */
export const INFRASTRUCTURE_RIGHTS: Right[] = [
  ...ofKinds("", ["namespaces", "serviceaccounts"]),
  ...ofKinds("", ["nodes", "pods"], ["list"]),
  ...ofKinds("rbac.authorization.k8s.io", ["clusterroles", "clusterrolebindings", "roles", "rolebindings"]),
  ...ofKinds("storage.k8s.io", ["storageclasses"]),
  ...ofKinds("apps", ["deployments"]),
];

/** What the program `course` needs to be allowed. */
export const COURSE_RIGHTS: Right[] = [
  ...ofKinds("", ["namespaces", "persistentvolumes", "persistentvolumeclaims", "services", "secrets", "configmaps"]),
  ...ofKinds("", ["pods"], ["list"]),
  ...ofKinds("storage.k8s.io", ["storageclasses"]),
  ...ofKinds("apps", ["deployments", "statefulsets"]),
  ...ofKinds("batch", ["jobs"]),
];
