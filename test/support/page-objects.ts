import type {
  CoreV1Event,
  V1Namespace,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StatefulSet,
  V1StorageClass,
} from "@kubernetes/client-node";
import { CLASS_LABEL, REAL_NAME, STUDENT_LABEL } from "../../components/index";
import { SECTION_MARK } from "../../stacks/mark-names";
import type { ClusterObjects } from "../../operations/page/model/cluster-objects";
import { directoryKey, noFacts, type HostFacts } from "../../operations/page/model/host-facts";

/** Objects as an API server has them, of a course and a class, for the map's tests. */

export const SERVER = "192.168.110.168";
/** When all this is, in milliseconds since 1970. */
export const NOW = Date.parse("2026-11-27T09:00:00Z");
const LONG_AGO = "2026-11-27T08:00:00Z" as unknown as Date;

export const noObjects = (): ClusterObjects => ({
  volumes: [],
  claims: [],
  pods: [],
  workloads: [],
  classes: [],
  namespaces: [],
  nodes: [],
  events: [],
});

export function namespaceOf(
  name: string,
  student?: { className: string; name: string; realName?: string },
): V1Namespace {
  return {
    metadata: {
      name,
      ...(student && {
        labels: { [CLASS_LABEL]: student.className, [STUDENT_LABEL]: student.name },
        annotations: student.realName === undefined ? {} : { [REAL_NAME]: student.realName },
      }),
    },
  };
}

export interface VolumeOptions {
  path?: string;
  phase?: string;
  /** `NAMESPACE/NAME`. */
  claim?: string;
  claimUid?: string;
  className?: string;
  reclaim?: string;
  size?: string;
  modes?: string[];
  /** Of the course. */
  section?: string;
  message?: string;
  deleting?: boolean;
}

export function volumeOf(name: string, options: VolumeOptions = {}): V1PersistentVolume {
  const { path = `/nfs/${name}`, phase = "Bound", claim, className = "", reclaim = "Retain", size = "1Gi" } = options;
  const [namespace, claimName] = claim?.split("/") ?? [];
  const uid = "claimUid" in options ? options.claimUid : claim && phase === "Bound" ? `uid-${claim}` : undefined;
  return {
    metadata: {
      name,
      creationTimestamp: LONG_AGO,
      ...(options.section && { annotations: { [SECTION_MARK]: options.section } }),
      ...(options.deleting && { deletionTimestamp: LONG_AGO, finalizers: ["kubernetes.io/pv-protection"] }),
    },
    spec: {
      capacity: { storage: size },
      accessModes: options.modes ?? ["ReadWriteMany"],
      persistentVolumeReclaimPolicy: reclaim,
      storageClassName: className,
      nfs: { server: SERVER, path },
      ...(claim && { claimRef: { namespace, name: claimName, ...(uid && { uid }) } }),
    },
    status: { phase, ...(options.message && { message: options.message }) },
  };
}

export interface ClaimOptions {
  phase?: string;
  volume?: string;
  className?: string;
  size?: string;
  modes?: string[];
  uid?: string;
  created?: string;
  deleting?: boolean;
}

export function claimOf(fullName: string, options: ClaimOptions = {}): V1PersistentVolumeClaim {
  const [namespace, name] = fullName.split("/");
  const { volume, className = "", size = "1Gi" } = options;
  return {
    metadata: {
      namespace,
      name,
      uid: options.uid ?? `uid-${fullName}`,
      creationTimestamp: (options.created as unknown as Date) ?? LONG_AGO,
      ...(options.deleting && { deletionTimestamp: LONG_AGO, finalizers: ["kubernetes.io/pvc-protection"] }),
    },
    spec: {
      accessModes: options.modes ?? ["ReadWriteMany"],
      storageClassName: className,
      resources: { requests: { storage: size } },
      ...(volume && { volumeName: volume }),
    },
    status: { phase: options.phase ?? (volume ? "Bound" : "Pending") },
  };
}

export interface PodOptions {
  claim: string;
  node?: string;
  ready?: boolean;
  phase?: string;
  waiting?: string;
  owner?: { kind: string; name: string };
  path?: string;
  unscheduled?: string;
  /** How long it took to be Ready. */
  seconds?: number;
  restarts?: number;
}

export function podOf(fullName: string, options: PodOptions): V1Pod {
  const [namespace, name] = fullName.split("/");
  const { seconds = 4, restarts = 0 } = options;
  const { claim, node = "node1", ready = true, waiting, owner, path = "/data", unscheduled } = options;
  return {
    metadata: {
      namespace,
      name,
      uid: `uid-pod-${fullName}`,
      creationTimestamp: LONG_AGO,
      ...(owner && { ownerReferences: [{ apiVersion: "apps/v1", uid: "", controller: true, ...owner }] }),
    },
    spec: {
      ...(unscheduled === undefined && { nodeName: node }),
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
      containers: [{ name: "main", volumeMounts: [{ name: "data", mountPath: path }] }],
    },
    status: {
      phase: options.phase ?? (ready ? "Running" : "Pending"),
      conditions: [
        {
          type: "Ready",
          status: ready ? "True" : "False",
          ...(ready && { lastTransitionTime: new Date(new Date(LONG_AGO).getTime() + seconds * 1000) }),
        },
        { type: "PodScheduled", status: unscheduled === undefined ? "True" : "False", message: unscheduled },
      ],
      containerStatuses:
        unscheduled === undefined
          ? [
              {
                name: "main",
                ready,
                image: "",
                imageID: "",
                restartCount: restarts,
                state: ready ? { running: {} } : { waiting: { reason: waiting ?? "ContainerCreating" } },
              },
            ]
          : [],
    },
  };
}

export function setOf(fullName: string, replicas: number, template = "data"): V1StatefulSet {
  const [namespace, name] = fullName.split("/");
  return {
    metadata: { namespace, name },
    spec: {
      replicas,
      serviceName: name ?? "",
      selector: {},
      template: { spec: { containers: [] } },
      volumeClaimTemplates: [{ metadata: { name: template } }],
    },
  };
}

export const classOf = (name: string, fields: Partial<V1StorageClass> = {}): V1StorageClass => ({
  metadata: { name },
  provisioner: "nfs.csi.k8s.io",
  reclaimPolicy: "Delete",
  parameters: { onDelete: "delete" },
  ...fields,
});

export const nodeOf = (name: string, ready = true): V1Node => ({
  metadata: { name },
  status: {
    conditions: [
      { type: "Ready", status: ready ? "True" : "Unknown", message: "Kubelet stopped posting node status." },
    ],
  },
});

export const eventOf = (
  uid: string,
  reason: string,
  message: string,
  fields: Partial<CoreV1Event> = {},
): CoreV1Event => ({
  metadata: { name: `${uid}-${reason}`, namespace: "default" },
  involvedObject: { uid },
  type: "Warning",
  reason,
  message,
  lastTimestamp: new Date(NOW - 5000).toISOString() as unknown as Date,
  ...fields,
});

/** Facts of directories, all with an owner and a mode. */
export function factsOf(used: Record<string, number | "missing">): HostFacts {
  const facts = noFacts();
  for (const [path, bytes] of Object.entries(used)) {
    const seen = bytes === "missing" ? { missing: true as const } : { used: bytes, owner: "20001:20001", mode: "0700" };
    facts.directories.set(directoryKey(SERVER, path), seen);
  }
  return facts;
}

/** Markup where a name should be, as only an API server that checks nothing would have it. */
export const HOSTILE = `<img src=x onerror="document.body.dataset.owned='yes'">`;

/** A student with a teacher's two Redis, one on a static volume and one on a dynamic claim, and all that is of them. */
export function addStudent(
  objects: ClusterObjects,
  facts: HostFacts,
  name: string,
  realName: string,
  used = 3 << 20,
): void {
  const namespace = `school-${name}`;
  const redis = `${namespace}.redis`;
  const dynamic = `pvc-${name}`;
  objects.namespaces.push(namespaceOf(namespace, { className: "school", name, realName }));
  const paths = [`/nfs/school/${namespace}/redis`, `/nfs/school/${namespace}/claims/data-redis-dynamic-0`] as const;
  objects.volumes.push(
    volumeOf(redis, { path: paths[0], claim: `${namespace}/redis-static`, size: "1Gi" }),
    volumeOf(dynamic, {
      path: paths[1],
      claim: `${namespace}/data-redis-dynamic-0`,
      className: "school-csi",
      reclaim: "Delete",
      size: "1Gi",
    }),
  );
  objects.claims.push(
    claimOf(`${namespace}/redis-static`, { volume: redis }),
    claimOf(`${namespace}/data-redis-dynamic-0`, { volume: dynamic, className: "school-csi" }),
  );
  const order = objects.pods.length;
  const owner = (set: string) => ({ kind: "StatefulSet", name: set });
  objects.pods.push(
    podOf(`${namespace}/redis-static-0`, {
      claim: "redis-static",
      owner: owner("redis-static"),
      seconds: 3 + (order % 7),
    }),
    podOf(`${namespace}/redis-dynamic-0`, {
      claim: "data-redis-dynamic-0",
      owner: owner("redis-dynamic"),
      node: "node2",
      seconds: 5 + (order % 11),
    }),
  );
  for (const [path, bytes] of [
    [paths[0], used],
    [paths[1], used >> 1],
  ] as const) {
    facts.directories.set(directoryKey(SERVER, path), { used: bytes, owner: "20001:20001", mode: "0700" });
  }
  facts.quotas.set(namespace, { used: used + (used >> 1), limit: 1 << 30 });
}
