import { randomBytes } from "node:crypto";
import type { Kind, Kinds } from "../../exercises/cluster/kinds";
import type { Cluster, Ended } from "../../exercises/cluster/kubernetes-cluster";
import { poll, type PollOptions } from "../../exercises/runner/poll";
import type { Nas } from "../cluster/nas";
import { notThere } from "./not-met";
import type { Place } from "./place";

/** To be undone once the exercise was graded. */
interface Undo {
  what: string;
  action: () => Promise<void>;
}

/** Begins the name of everything that grading writes: of files, of keys in Redis and of pods. */
export const GRADING_PREFIX = "storage-lab-grade-";

/** The work of one student on one exercise: what its checks get. */
export class Work {
  /** Ends what is under way: the time is up, or the user interrupts. Another one for each check. */
  signal: AbortSignal;
  readonly undo: Undo[] = [];
  private readonly kept = new Map<string, unknown>();

  constructor(
    readonly place: Place,
    readonly cluster: Cluster,
    readonly nas: Nas,
    signal: AbortSignal,
  ) {
    this.signal = signal;
  }

  /** Registers what is done when the exercise was graded, whatever came of it. */
  afterwards(what: string, action: () => Promise<void>): void {
    this.undo.push({ what, action });
  }

  /** Makes something once in an exercise, for several of its checks. */
  once<T>(name: string, make: () => T): T {
    if (!this.kept.has(name)) this.kept.set(name, make());
    return this.kept.get(name) as T;
  }

  /** A text that nobody can have written before: the same within the exercise. */
  secret(name: string): string {
    return this.once(`secret ${name}`, () => `${GRADING_PREFIX}${randomBytes(12).toString("hex")}`);
  }

  /** Finds an object in the student's namespace, or one without namespace. */
  find<K extends Kind>(kind: K, name: string): Promise<Kinds[K] | undefined> {
    const namespace = kind === "PersistentVolume" || kind === "StorageClass" ? undefined : this.place.namespace;
    return this.cluster.find(kind, name, namespace);
  }

  /** The same where the exercise asks for it. */
  async mustFind<K extends Kind>(kind: K, name: string): Promise<Kinds[K]> {
    const found = await this.find(kind, name);
    if (!found) throw notThere(`${kind} ${name}`);
    return found;
  }

  list<K extends Kind>(kind: K, labels?: string): Promise<Kinds[K][]> {
    return this.cluster.list(kind, { namespace: this.place.namespace, labels });
  }

  /** Runs a shell script in a pod of the student, and gives back how it ended. One that takes longer ends with 124. */
  shell(pod: string, script: string, seconds = 20): Promise<Ended> {
    // A pod may have been made so that `timeout` is not what it seems: the check's own limit is behind it.
    const command = ["timeout", String(seconds), "sh", "-c", script];
    return this.cluster.exec(this.place.namespace, pod, command, this.signal);
  }

  /** Looks until there is something other than undefined, or the time is up. */
  until<T>(options: PollOptions, look: () => Promise<T | undefined>): Promise<T | undefined> {
    return poll(options, look, this.signal);
  }
}
