import type {
  CoreV1Event,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1ConfigMap,
  V1CSIDriver,
  V1CSINode,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Job,
  V1Lease,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ResourceQuota,
  V1Role,
  V1RoleBinding,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V1StorageClass,
  V1VolumeAttachment,
} from "@kubernetes/client-node";

/** The kinds of objects that the course has, and that exercises read or create. */
export interface Kinds {
  ClusterRole: V1ClusterRole;
  ClusterRoleBinding: V1ClusterRoleBinding;
  ConfigMap: V1ConfigMap;
  CSIDriver: V1CSIDriver;
  CSINode: V1CSINode;
  DaemonSet: V1DaemonSet;
  Deployment: V1Deployment;
  EndpointSlice: V1EndpointSlice;
  Event: CoreV1Event;
  Job: V1Job;
  Lease: V1Lease;
  LimitRange: V1LimitRange;
  Namespace: V1Namespace;
  NetworkPolicy: V1NetworkPolicy;
  Node: V1Node;
  PersistentVolume: V1PersistentVolume;
  PersistentVolumeClaim: V1PersistentVolumeClaim;
  Pod: V1Pod;
  ResourceQuota: V1ResourceQuota;
  Role: V1Role;
  RoleBinding: V1RoleBinding;
  Secret: V1Secret;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  StatefulSet: V1StatefulSet;
  StorageClass: V1StorageClass;
  VolumeAttachment: V1VolumeAttachment;
}

export type Kind = keyof Kinds;

export const apiVersions: Record<Kind, string> = {
  ClusterRole: "rbac.authorization.k8s.io/v1",
  ClusterRoleBinding: "rbac.authorization.k8s.io/v1",
  ConfigMap: "v1",
  CSIDriver: "storage.k8s.io/v1",
  CSINode: "storage.k8s.io/v1",
  DaemonSet: "apps/v1",
  Deployment: "apps/v1",
  EndpointSlice: "discovery.k8s.io/v1",
  Event: "v1",
  Job: "batch/v1",
  Lease: "coordination.k8s.io/v1",
  LimitRange: "v1",
  Namespace: "v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Node: "v1",
  PersistentVolume: "v1",
  PersistentVolumeClaim: "v1",
  Pod: "v1",
  ResourceQuota: "v1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
  Secret: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  StatefulSet: "apps/v1",
  StorageClass: "storage.k8s.io/v1",
  VolumeAttachment: "storage.k8s.io/v1",
};
