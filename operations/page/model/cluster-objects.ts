import type {
  CoreV1Event,
  KubernetesObject,
  V1Deployment,
  V1Namespace,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StatefulSet,
  V1StorageClass,
} from "@kubernetes/client-node";
import { eventTime } from "../../../exercises/cluster/event-time";

/** The objects of a cluster that the map is made from. */
export interface ClusterObjects {
  volumes: V1PersistentVolume[];
  claims: V1PersistentVolumeClaim[];
  pods: V1Pod[];
  workloads: (V1StatefulSet | V1Deployment)[];
  classes: V1StorageClass[];
  namespaces: V1Namespace[];
  nodes: V1Node[];
  events: CoreV1Event[];
}

/** The names of the claims that a pod mounts; of an ephemeral volume it is made up of both names. */
export function claimsOf({ metadata, spec }: V1Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${metadata?.name}-${name}`] : [];
  });
}

export function fullName({ metadata }: KubernetesObject): string {
  return metadata?.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata?.name ?? "");
}

export const timeOf = (time: Date | string | undefined): number => (time ? new Date(time).getTime() : 0);

/** When an event was last seen. */
export const seenAt = (event: CoreV1Event): number => eventTime(event).getTime();
