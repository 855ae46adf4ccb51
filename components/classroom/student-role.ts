import type * as k8s from "@pulumi/kubernetes";
import { ATTENDANCE, REDIS_VOLUME, studentVolume } from "./class-names";

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule & { apiGroups: string[]; resources: string[]; verbs: string[] };

const READ = ["get", "list", "watch"];
/** Without `deletecollection`, which no command of the course needs. */
const WRITE = [...READ, "create", "update", "patch", "delete"];

/** What students make themselves, in their namespace. */
export const STUDENTS_OBJECTS = [
  { apiGroups: [""], resources: ["pods", "services", "persistentvolumeclaims", "configmaps", "secrets"] },
  { apiGroups: ["apps"], resources: ["statefulsets", "deployments"] },
  { apiGroups: ["batch"], resources: ["jobs"] },
];

/** What a student may do in a namespace; every right by its name. */
export const NAMESPACE_RULES: PolicyRule[] = [
  ...STUDENTS_OBJECTS.map((objects) => ({ ...objects, verbs: WRITE })),
  { apiGroups: [""], resources: ["pods/log", "pods/status"], verbs: ["get"] },
  // kubectl asks with GET where it speaks by WebSocket.
  { apiGroups: [""], resources: ["pods/exec", "pods/attach", "pods/portforward"], verbs: ["get", "create"] },
  { apiGroups: ["apps"], resources: ["statefulsets/scale", "deployments/scale"], verbs: ["get", "update", "patch"] },
  { apiGroups: ["apps"], resources: ["replicasets", "controllerrevisions"], verbs: READ },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: READ },
  { apiGroups: [""], resources: ["resourcequotas", "limitranges", "endpoints"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
];

/**
 * What a student may do outside it. Rights know names and no prefixes, and none to create: so the volumes have fixed names,
 * and the policy for volumes sees to it that these alone are made. Nobody lists volumes: that would show everybody's paths.
 */
export function clusterRules(className: string, namespace: string, volumes: string[]): PolicyRule[] {
  const named = (names: string[], verbs: string[]): PolicyRule => ({
    apiGroups: [""],
    resources: ["persistentvolumes"],
    resourceNames: names.map((volume) => studentVolume(namespace, volume)),
    // `list` and `watch` of one by its name, as `kubectl wait` and `kubectl delete` do.
    verbs: [...READ, ...verbs],
  });
  return [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["create"] },
    named(volumes, ["update", "patch", "delete"]),
    named([REDIS_VOLUME], ["update", "patch"]),
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: READ },
    {
      apiGroups: [ATTENDANCE.group],
      resources: [ATTENDANCE.resource],
      resourceNames: [className],
      verbs: [ATTENDANCE.verb],
    },
  ];
}
