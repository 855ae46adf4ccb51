import type { KubernetesObject } from "@kubernetes/client-node";
import type { Kind, Kinds } from "../../../exercises/cluster/kinds";
import type { Following } from "../../../exercises/cluster/kubernetes-cluster";
import { reasonOf } from "../../../exercises/cluster/refusal";
import type { ClusterObjects } from "../model/cluster-objects";
import type { Connection } from "../model/line";
import { trim } from "./trimmed";

/** The kinds that the map is made from. */
const KINDS = [
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Pod",
  "StatefulSet",
  "Deployment",
  "StorageClass",
  "Namespace",
  "Node",
  "Event",
] as const satisfies Kind[];

type FollowedKind = (typeof KINDS)[number];

/** Pauses before an API server that is away is asked again, in milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;

/** What follows the objects of a kind; a cluster has it. */
export interface Followed {
  follow<K extends Kind>(kind: K, trim: (object: Kinds[K]) => void): Following<Kinds[K]>;
}

/** Follows a cluster by watches, also past a restart of its API server. */
export class ClusterFollower {
  private readonly followings = new Map<FollowedKind, Following<KubernetesObject>>();
  /** Kinds that nobody tells of at present, and why. */
  private readonly silent = new Map<FollowedKind, string>(KINDS.map((kind) => [kind, "it was not asked yet"]));
  private readonly asking = new Set<FollowedKind>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private since = Date.now();
  private stopped = false;

  /** @param onChange Called for each change of an object, and when the connection is lost or found. */
  constructor(
    cluster: Followed,
    private readonly onChange: () => void,
  ) {
    for (const kind of KINDS) {
      const following = cluster.follow(kind, (object) => trim(kind, object)) as unknown as Following<KubernetesObject>;
      const changed = (object: KubernetesObject): void => {
        trim(kind, object);
        this.onChange();
      };
      following.on("change", changed);
      following.on("error", (error: unknown) => this.lost(kind, error));
      this.followings.set(kind, following);
    }
  }

  /** Settles once every kind was listed, or could not be. */
  async start(): Promise<void> {
    // One after the other: together their lists take twice the memory, for good.
    for (const kind of KINDS) await this.ask(kind);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all([...this.followings.values()].map((following) => following.stop()));
  }

  get connection(): Connection {
    const [reason] = this.silent.values();
    return { live: reason === undefined, since: this.since, ...(reason !== undefined && { reason }) };
  }

  objects(): ClusterObjects {
    return {
      volumes: this.all("PersistentVolume"),
      claims: this.all("PersistentVolumeClaim"),
      pods: this.all("Pod"),
      workloads: [...this.all("StatefulSet"), ...this.all("Deployment")],
      classes: this.all("StorageClass"),
      namespaces: this.all("Namespace"),
      nodes: this.all("Node"),
      events: this.all("Event"),
    };
  }

  private all<K extends FollowedKind>(kind: K): Kinds[K][] {
    return [...(this.followings.get(kind)?.list() ?? [])] as Kinds[K][];
  }

  private async ask(kind: FollowedKind, pause = FIRST_PAUSE): Promise<void> {
    const following = this.followings.get(kind) as Following<KubernetesObject>;
    let failed = false;
    const note = (): void => void (failed = true);
    this.asking.add(kind);
    following.on("error", note);
    await following.start();
    following.off("error", note);
    this.asking.delete(kind);
    if (failed) return this.again(kind, Math.min(2 * pause, LONGEST_PAUSE));
    this.silent.delete(kind);
    if (this.silent.size === 0) this.since = Date.now();
    this.onChange();
  }

  private lost(kind: FollowedKind, error: unknown): void {
    if (this.stopped) return;
    if (this.silent.size === 0) this.since = Date.now();
    this.silent.set(kind, reasonOf(error));
    this.onChange();
    if (!this.asking.has(kind)) this.again(kind, FIRST_PAUSE);
  }

  private again(kind: FollowedKind, pause: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.ask(kind, pause);
    }, pause);
    this.timers.add(timer);
  }
}
