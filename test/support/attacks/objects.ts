import type { Place } from "./act";

// Objects as a student writes them in the course; the acts change one thing each.

export interface PersistentVolume {
  apiVersion: "v1";
  kind: "PersistentVolume";
  metadata: { name?: string; generateName?: string; annotations?: object; finalizers?: string[]; labels?: object };
  spec: Record<string, unknown>;
}

/** The student's own volume, as it should be; `change` goes into its spec. */
export function ownVolume(place: Place, volume: string, change: object = {}, metadata: object = {}): PersistentVolume {
  const { own, server, path } = place;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `${own}.${volume}`, ...metadata },
    spec: {
      capacity: { storage: "64Mi" },
      accessModes: ["ReadWriteMany"],
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace: own, name: volume },
      nfs: { server, path: `${path}/${own}/${volume}` },
      ...change,
    },
  };
}

export function claim(place: Place, name: string, spec: object, metadata: object = {}) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: place.own, ...metadata },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "16Mi" } }, ...spec },
  };
}

/** A claim for the student's own static volume. */
export const ownClaim = (place: Place, volume: string) =>
  claim(place, volume, { storageClassName: "", volumeName: `${place.own}.${volume}` });

export function pod(place: Place, name: string, spec: object = {}, container: object = {}, metadata: object = {}) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: place.own, ...metadata },
    spec: {
      terminationGracePeriodSeconds: 0,
      ...spec,
      containers: [{ name: "main", image: place.image, command: ["sleep", "3600"], ...container }],
    },
  };
}

/** A pod's volume `data` on a claim of a class, which a controller makes for it. */
export const ephemeralVolume = (storageClassName: string) => ({
  name: "data",
  ephemeral: {
    volumeClaimTemplate: {
      spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "16Mi" } }, storageClassName },
    },
  },
});

export function service(place: Place, name: string, spec: object) {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: place.own },
    spec: { selector: { app: name }, ports: [{ port: 6379 }], ...spec },
  };
}

/** A Deployment, or a StatefulSet with its `serviceName`, of one pod. */
export function workload(
  place: Place,
  kind: "Deployment" | "StatefulSet",
  name: string,
  pods: object,
  more: object = {},
) {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: place.own },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      ...(kind === "StatefulSet" && { serviceName: name }),
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: "main", image: place.image, command: ["sleep", "3600"] }],
          ...pods,
        },
      },
      ...more,
    },
  };
}

export function job(place: Place, name: string, template: object = {}) {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: place.own },
    spec: {
      backoffLimit: 0,
      template: {
        ...template,
        spec: { restartPolicy: "Never", containers: [{ name: "main", image: place.image, command: ["true"] }] },
      },
    },
  };
}

export function texts(place: Place, kind: "ConfigMap" | "Secret", name: string, more: object = {}) {
  return { apiVersion: "v1", kind, metadata: { name, namespace: place.own }, ...more };
}
