import type { KubernetesObject } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { apiVersions, type Kind, type Kinds } from "../../exercises/cluster/kinds";
import { eventTime } from "../../exercises/cluster/event-time";
import type { DeclaredObject } from "./declared";

/** Kinds that tell how declared objects fare, in the namespaces of these. */
const NAMESPACED: Kind[] = ["Pod", "PersistentVolumeClaim", "EndpointSlice"];
/** The same of the cluster itself. */
const CLUSTER_WIDE: Kind[] = ["Node", "PersistentVolume", "StorageClass"];
/** Where kubelets renew their leases. */
const LEASES = "kube-node-lease";

type Lists = Map<string, KubernetesObject[]>;

/** What the cluster has of what the stacks declare, and what tells how it fares: read once, then asked often. */
export class ClusterView {
  private constructor(
    private readonly cluster: Cluster,
    private readonly lists: Lists,
    /** When it was read. */
    readonly at: Date,
  ) {}

  static async load(cluster: Cluster, declared: DeclaredObject[]): Promise<ClusterView> {
    const namespaces = [...new Set(declared.flatMap(({ namespace }) => namespace ?? []))];
    const wanted = [
      ...declared.map(({ apiVersion, kind, namespace }) => ({ apiVersion, kind, namespace })),
      ...NAMESPACED.flatMap((kind) => namespaces.map((namespace) => of(kind, namespace))),
      ...CLUSTER_WIDE.map((kind) => of(kind)),
      of("Lease", LEASES),
    ];
    const lists: Lists = new Map();
    const distinct = new Map(wanted.map((each) => [keyOf(each.kind, each.namespace), each]));
    await Promise.all(
      [...distinct].map(async ([key, { apiVersion, kind, namespace }]) => {
        lists.set(key, await cluster.listAny(apiVersion, kind, namespace));
      }),
    );
    return new ClusterView(cluster, lists, new Date());
  }

  /** The object as it is; undefined where it is not there. */
  object({ kind, namespace, name }: Pick<DeclaredObject, "kind" | "namespace" | "name">): KubernetesObject | undefined {
    return this.lists.get(keyOf(kind, namespace))?.find(({ metadata }) => metadata?.name === name);
  }

  /** One of the kinds whose fields are known here. */
  find<K extends Kind>(kind: K, name: string, namespace?: string): Kinds[K] | undefined {
    return this.object({ kind, name, namespace }) as Kinds[K] | undefined;
  }

  /** All of a kind in one namespace, or in the cluster. */
  all<K extends Kind>(kind: K, namespace?: string): Kinds[K][] {
    return (this.lists.get(keyOf(kind, namespace)) ?? []) as Kinds[K][];
  }

  leases(): Kinds["Lease"][] {
    return this.all("Lease", LEASES);
  }

  /**
   * The warning about an object that came last, if there is one; asked for anew, because few objects need it.
   *
   * @param since Older ones do not count. @default all do
   */
  async lastWarning({ metadata }: KubernetesObject, since?: Date): Promise<string | undefined> {
    const fields = `involvedObject.uid=${metadata?.uid},type=Warning`;
    const events = await this.cluster.list("Event", { namespace: metadata?.namespace, fields });
    events.sort((one, other) => eventTime(one).getTime() - eventTime(other).getTime());
    const event = events.at(-1);
    if (event && since && eventTime(event) < since) return undefined;
    return event && `${event.reason}: ${event.message}`;
  }
}

function of(kind: Kind, namespace?: string) {
  return { apiVersion: apiVersions[kind], kind: kind as string, namespace };
}

function keyOf(kind: string, namespace = ""): string {
  return `${namespace}/${kind}`;
}
