import type {
  CoreV1Event,
  V1ConfigMap,
  V1Deployment,
  V1Namespace,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ResourceQuota,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V1StorageClass,
} from "@kubernetes/client-node";

/** The kinds of objects that exercises read or create. */
export interface Kinds {
  ConfigMap: V1ConfigMap;
  Deployment: V1Deployment;
  Event: CoreV1Event;
  Namespace: V1Namespace;
  Node: V1Node;
  PersistentVolume: V1PersistentVolume;
  PersistentVolumeClaim: V1PersistentVolumeClaim;
  Pod: V1Pod;
  ResourceQuota: V1ResourceQuota;
  Secret: V1Secret;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  StatefulSet: V1StatefulSet;
  StorageClass: V1StorageClass;
}

export type Kind = keyof Kinds;

export const apiVersions: Record<Kind, string> = {
  ConfigMap: "v1",
  Deployment: "apps/v1",
  Event: "v1",
  Namespace: "v1",
  Node: "v1",
  PersistentVolume: "v1",
  PersistentVolumeClaim: "v1",
  Pod: "v1",
  ResourceQuota: "v1",
  Secret: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  StatefulSet: "apps/v1",
  StorageClass: "storage.k8s.io/v1",
};
