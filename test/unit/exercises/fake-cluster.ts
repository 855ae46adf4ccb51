import type { Cluster, Ended, Kind, Kinds, Selection } from "../../../exercises/cluster";

/** A cluster in memory: what is created is there, what is removed is gone, and nothing happens by itself. */
export class FakeCluster implements Cluster {
  readonly objects: { kind: Kind; object: Kinds[Kind] }[] = [];
  /** What was run in pods, one script each. */
  readonly scripts: string[] = [];
  /** Called after each creation: what a controller would then do. */
  onCreate: (kind: Kind, object: Kinds[Kind]) => void = () => {};
  onRemove: (kind: Kind, name: string) => void = () => {};
  /** Answers a script's output; a number instead is its exit code. */
  onScript: (script: string, pod: string) => string | number = () => "";

  add<K extends Kind>(kind: K, object: Kinds[K]): this {
    this.objects.push({ kind, object });
    return this;
  }

  find<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K] | undefined> {
    return Promise.resolve(
      this.all(kind).find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace),
    );
  }

  list<K extends Kind>(kind: K, { namespace, labels }: Selection = {}): Promise<Kinds[K][]> {
    const wanted = (labels?.split(",") ?? []).map((pair) => pair.split("="));
    return Promise.resolve(
      this.all(kind).filter(
        ({ metadata }) =>
          (namespace === undefined || metadata?.namespace === namespace) &&
          wanted.every(([key = "", value]) => metadata?.labels?.[key] === value),
      ),
    );
  }

  create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    this.add(kind, object);
    this.onCreate(kind, object);
    return Promise.resolve(object);
  }

  patch(): Promise<void> {
    return Promise.reject(new Error("this fake patches nothing"));
  }

  remove(kind: Kind, name: string, namespace?: string): Promise<void> {
    const at = this.objects.findIndex(
      ({ kind: other, object: { metadata } }) =>
        other === kind && metadata?.name === name && metadata.namespace === namespace,
    );
    if (at >= 0) this.objects.splice(at, 1);
    this.onRemove(kind, name);
    return Promise.resolve();
  }

  exec(_namespace: string, pod: string, command: string[]): Promise<Ended> {
    const script = command.at(-1) ?? "";
    this.scripts.push(script);
    const answer = this.onScript(script, pod);
    return Promise.resolve(
      typeof answer === "number"
        ? { exitCode: answer, stdout: "", stderr: "no such file" }
        : { exitCode: 0, stdout: answer, stderr: "" },
    );
  }

  names(kind: Kind): (string | undefined)[] {
    return this.all(kind).map(({ metadata }) => metadata?.name);
  }

  private all<K extends Kind>(kind: K): Kinds[K][] {
    return this.objects.filter((entry) => entry.kind === kind).map(({ object }) => object as Kinds[K]);
  }
}
