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
import { claimsOf, fullName, seenAt, type ClusterObjects } from "./cluster-objects";
import { directoryKey, type HostFacts } from "./host-facts";
import { directoryOf } from "./places";

/** The objects again, so that each is found without a search. */
export class ObjectIndex {
  readonly volumes: Map<string, V1PersistentVolume>;
  /** By `NAMESPACE/NAME`. */
  readonly claims: Map<string, V1PersistentVolumeClaim>;
  readonly classes: Map<string, V1StorageClass>;
  readonly namespaces: Map<string, V1Namespace>;
  readonly nodes: Map<string, V1Node>;
  /** By `NAMESPACE/NAME` of a claim. */
  readonly podsOf = new Map<string, V1Pod[]>();
  /** By namespace. */
  readonly podsIn = new Map<string, V1Pod[]>();
  readonly workloadsOf = new Map<string, (V1StatefulSet | V1Deployment)[]>();
  /** The newest warning of an object, by its uid. */
  readonly warnings = new Map<string, CoreV1Event>();
  /** The newest word of whoever provisions volumes, by uid of the claim. */
  readonly provisioning = new Map<string, CoreV1Event>();
  private readonly places = new Map<string, string[]>();

  constructor(
    readonly objects: ClusterObjects,
    readonly facts: HostFacts,
    /** Milliseconds since 1970. */
    readonly now: number,
  ) {
    const byName = <T extends KubernetesObject>(list: T[]) => new Map(list.map((each) => [fullName(each), each]));
    this.volumes = byName(objects.volumes);
    this.claims = byName(objects.claims);
    this.classes = byName(objects.classes);
    this.namespaces = byName(objects.namespaces);
    this.nodes = byName(objects.nodes);
    for (const pod of objects.pods) {
      add(this.podsIn, pod.metadata?.namespace ?? "", pod);
      for (const claim of claimsOf(pod)) add(this.podsOf, `${pod.metadata?.namespace}/${claim}`, pod);
    }
    for (const workload of objects.workloads) {
      const { namespace } = workload.metadata ?? {};
      for (const claim of claimsOfWorkload(workload)) add(this.workloadsOf, `${namespace}/${claim}`, workload);
    }
    for (const event of objects.events) this.note(event);
    for (const volume of objects.volumes) {
      const { kind, host = "", path } = directoryOf(volume, facts);
      if (kind === "nfs") add(this.places, directoryKey(host, path), fullName(volume));
    }
  }

  /** Names of the volumes that are this very directory. */
  volumesAt(host: string, path: string): string[] {
    return this.places.get(directoryKey(host, path)) ?? [];
  }

  private note(event: CoreV1Event): void {
    const { uid } = event.involvedObject;
    if (uid === undefined) return;
    if (event.type === "Warning") keepNewest(this.warnings, uid, event);
    if (event.reason === "ExternalProvisioning" || event.reason === "Provisioning" || event.type === "Warning")
      keepNewest(this.provisioning, uid, event);
  }
}

function claimsOfWorkload(workload: V1StatefulSet | V1Deployment): string[] {
  const named = (workload.spec?.template.spec?.volumes ?? []).flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
  const templates = workload.spec && "volumeClaimTemplates" in workload.spec ? workload.spec.volumeClaimTemplates : [];
  // Also of replicas that there are no more: their claims stay.
  const made = (templates ?? []).flatMap(({ metadata }) =>
    Array.from({ length: 10 }, (_none, index) => `${metadata?.name}-${workload.metadata?.name}-${index}`),
  );
  return [...named, ...made];
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (!list) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

function keepNewest(map: Map<string, CoreV1Event>, key: string, event: CoreV1Event): void {
  const before = map.get(key);
  if (!before || seenAt(before) <= seenAt(event)) map.set(key, event);
}
