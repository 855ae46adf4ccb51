import type { ApiKind, NamespacedKinds } from "../../../exercises/cluster/discovery";
import type {
  Answer,
  Cluster,
  Ended,
  LogOptions,
  Patch,
  Selection,
} from "../../../exercises/cluster/kubernetes-cluster";
import { apiVersions, type Kind, type Kinds } from "../../../exercises/cluster/kinds";

/** A cluster in memory: what is created is there, what is removed is gone, and nothing happens by itself. */
export class FakeCluster implements Cluster {
  readonly objects: { kind: Kind; object: Kinds[Kind] }[] = [];
  /** What was run in pods, one script each. */
  readonly scripts: string[] = [];
  /** Called after each creation: what a controller would then do. */
  onCreate: (kind: Kind, object: Kinds[Kind]) => void = () => {};
  /** What the API server would say to an object; it accepts all by default. */
  onDryRun: (kind: Kind, object: Kinds[Kind]) => { accepted?: undefined; refused?: string; warnings?: string[] } =
    () => ({});
  onPatch: (kind: Kind, object: Kinds[Kind]) => void = () => {};
  /** Returns a pod's log. */
  onLog: (pod: string, options: LogOptions) => string = () => "";
  onRemove: (kind: Kind, name: string) => void = () => {};
  /** Kinds that the cluster has beyond the usual ones. */
  customKinds: ApiKind[] = [];
  /** API groups that do not answer. */
  silent: string[] = [];
  /** Returns a script's output; a number instead is its exit code. */
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

  list<K extends Kind>(kind: K, { namespace, labels, fields }: Selection = {}): Promise<Kinds[K][]> {
    const about = /involvedObject\.uid=([^,]+)/.exec(fields ?? "")?.[1];
    const wanted = (labels?.split(",") ?? []).map((pair) => pair.split("="));
    return Promise.resolve(
      this.all(kind).filter(
        ({ metadata, ...object }) =>
          (about === undefined || (object as Partial<Kinds["Event"]>).involvedObject?.uid === about) &&
          (namespace === undefined || metadata?.namespace === namespace) &&
          wanted.every(([key = "", value]) => {
            const found = metadata?.labels?.[key];
            return value === undefined ? found !== undefined : found === value;
          }),
      ),
    );
  }

  listAny(_apiVersion: string, kind: string, namespace?: string): Promise<Kinds[Kind][]> {
    return this.list(kind as Kind, { namespace });
  }

  namespacedKinds(): Promise<NamespacedKinds> {
    const usual = Object.entries(apiVersions).map(([kind, apiVersion]) => ({ apiVersion, kind }));
    return Promise.resolve({ kinds: [...usual, ...this.customKinds], silent: this.silent });
  }

  create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    this.onCreate(kind, object);
    this.add(kind, object);
    return Promise.resolve(object);
  }

  async ensureAny(object: Kinds[Kind] & { kind?: string }): Promise<void> {
    const { name = "", namespace } = object.metadata ?? {};
    const kind = object.kind as Kind;
    if (!(await this.find(kind, name, namespace))) await this.create(kind, object);
  }

  dryRun<K extends Kind>(kind: K, object: Kinds[K]): Promise<Answer<Kinds[K]>> {
    return Promise.resolve({ accepted: object, warnings: [], ...this.onDryRun(kind, object) });
  }

  patch(kind: Kind, name: string, namespace: string | undefined, patch: Patch): Promise<void> {
    const found = this.all(kind).find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
    if (!found) return Promise.reject(new Error(`this fake has no ${kind} ${name}`));
    merge(found, patch);
    this.onPatch(kind, found);
    return Promise.resolve();
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

  removeAny({ kind }: ApiKind, name: string, namespace?: string): Promise<void> {
    return this.remove(kind as Kind, name, namespace);
  }

  log(_namespace: string, pod: string, options: LogOptions = {}): Promise<string> {
    return Promise.resolve(this.onLog(pod, options));
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

/** A merge patch: null removes, objects are merged, all else is replaced. */
function merge(target: object, patch: object): void {
  const fields = target as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    const present = fields[key];
    if (value === null) delete fields[key];
    else if (isObject(value) && isObject(present)) merge(present, value);
    else fields[key] = value;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
