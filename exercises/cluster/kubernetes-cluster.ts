import { Writable } from "node:stream";
import type {
  CoreV1Api,
  Exec,
  KubeConfig,
  Informer,
  KubernetesListObject,
  KubernetesObject,
  KubernetesObjectApi,
  Middleware,
  ObjectCache,
  V1Status,
} from "@kubernetes/client-node";
import { readKubeconfig, type ClusterConfig } from "../../stacks/kubeconfig";
import { Failure, WrongUse } from "../runner/failure";
import { discoverKinds, type ApiKind, type NamespacedKinds } from "./discovery";
import { apiVersions, type Kind, type Kinds } from "./kinds";
import { poll } from "../runner/poll";
import { isCode, mayPass, reasonOf, refused } from "./refusal";

/** How long to retry if a server does not respond or has an internal error, in seconds. */
const patienceSeconds = 10;

/** Which objects to list. @default all of the kind, in all namespaces */
export interface Selection {
  namespace?: string;
  /** As after `kubectl get -l`. */
  labels?: string;
  /** As after `kubectl get --field-selector`. */
  fields?: string;
}

/** The changes of an object; `null` removes a field. */
export interface Patch {
  metadata?: {
    labels?: Record<string, string | null>;
    annotations?: Record<string, string | null>;
    finalizers?: string[] | null;
    /** The change is rejected if the object's version is another one by now. */
    resourceVersion?: string;
  };
  [field: string]: unknown;
}

/** Which part of a pod's log to read, and how. */
export interface LogOptions {
  /** @default the pod's only one */
  container?: string;
  /** How many of the last lines. @default the first 64 KiB, whatever their number */
  tailLines?: number;
  /** Whether each line begins with the time at which the container wrote it, by its node's clock. @default false */
  timestamps?: boolean;
}

/** How a command inside a pod ended. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The API server's response to a dry run. */
export interface Answer<T> {
  /** The object as it would be stored, with all defaults; undefined if the server rejected it. */
  accepted?: T;
  /** Why it was rejected. */
  refused?: string;
  /** The warnings, as `kubectl` prints them after "Warning:". */
  warnings: string[];
}

/** What an exercise can do with a cluster: the same as `kubectl` with the same kubeconfig. */
export interface Cluster {
  /** Returns `undefined` if the object does not exist. */
  find<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K] | undefined>;
  list<K extends Kind>(kind: K, selection?: Selection): Promise<Kinds[K][]>;
  /** Objects of any kind, by its API version; none where the cluster does not know the kind. */
  listAny(apiVersion: string, kind: string, namespace?: string): Promise<KubernetesObject[]>;
  namespacedKinds(): Promise<NamespacedKinds>;
  create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]>;
  /** Creates an object of any kind under a field manager's name; where there is one of its name, that stays as it is. */
  ensureAny(object: KubernetesObject, fieldManager: string): Promise<void>;
  /**
   * Validates an object on the API server without creating it (`kubectl create --dry-run=server`). A server that does not
   * know the kind's API returns an error like any other.
   */
  dryRun<K extends Kind>(kind: K, object: Kinds[K]): Promise<Answer<Kinds[K]>>;
  /** A strategic merge patch, which is what `kubectl patch` sends. */
  patch<K extends Kind>(kind: K, name: string, namespace: string | undefined, patch: Patch): Promise<void>;
  /**
   * Requests the deletion and does not wait for it; an object that does not exist is not an error.
   *
   * @param uid Deletes this very object and none that came after it.
   */
  remove(kind: Kind, name: string, namespace?: string, uid?: string): Promise<void>;
  /** {@link remove} for an object of any kind. */
  removeAny(of: ApiKind, name: string, namespace?: string, uid?: string): Promise<void>;
  /** The log of a container, as `kubectl logs` prints it. */
  log(namespace: string, pod: string, options?: LogOptions): Promise<string>;
  /** Runs a command in a pod's first container, as `kubectl exec` does. */
  exec(namespace: string, pod: string, command: string[], signal: AbortSignal): Promise<Ended>;
}

/** All objects of a kind, as the API server tells of their changes. */
export type Following<T extends KubernetesObject> = Informer<T> & ObjectCache<T>;

/** The cluster that a kubeconfig names. */
export class KubernetesCluster implements Cluster {
  private constructor(
    private readonly objects: KubernetesObjectApi,
    private readonly pods: CoreV1Api,
    private readonly discovery: () => Promise<NamespacedKinds>,
    private readonly execution: Exec,
    /** Creates a client whose responses pass through a middleware. */
    private readonly heardBy: (middleware: Middleware) => KubernetesObjectApi,
    private readonly informers: <T extends KubernetesObject>(
      apiVersion: string,
      kind: string,
      trim: (object: T) => void,
    ) => Following<T>,
  ) {}

  /**
   * Fails if there is no kubeconfig, or if the server does not respond.
   *
   * @param from Which cluster. @default `$KUBECONFIG`, otherwise `~/.kube/config`, otherwise a pod's service account
   */
  static async connect(from: ClusterConfig = {}, timeoutSeconds = 10): Promise<KubernetesCluster> {
    // Imported only here and in this way: the TypeScript loader takes seconds to translate its thousand modules to CommonJS.
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    const server = readServer(config, from);
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`no response within ${timeoutSeconds} s`)), timeoutSeconds * 1000).unref();
    });
    try {
      await Promise.race([config.makeApiClient(client.VersionApi).getCode(), late]);
    } catch (error) {
      throw new Failure(
        `cannot use the API server at ${server}: ${reasonOf(error)}`,
        "check with `kubectl version` whether the cluster is running and this kubeconfig belongs to it",
      );
    }
    const heardBy = (middleware: Middleware): KubernetesObjectApi =>
      new client.KubernetesObjectApi(
        client.createConfiguration({
          baseServer: new client.ServerConfiguration(server, {}),
          authMethods: { default: config },
          promiseMiddleware: [middleware],
        }),
      );
    const objects = client.KubernetesObjectApi.makeApiClient(config);
    const pods = config.makeApiClient(client.CoreV1Api);
    const apis = config.makeApiClient(client.ApisApi);
    const custom = config.makeApiClient(client.CustomObjectsApi);
    return new KubernetesCluster(
      objects,
      pods,
      () => patiently(() => discoverKinds(pods, apis, custom)),
      new client.Exec(config),
      heardBy,
      <T extends KubernetesObject>(apiVersion: string, kind: string, trim: (object: T) => void) =>
        client.makeInformer<T>(config, pathOf(apiVersion, kind), () =>
          listInPages<T>(objects, apiVersion, kind, trim),
        ) as Following<T>,
    );
  }

  async find<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K] | undefined> {
    try {
      const wanted = { apiVersion: apiVersions[kind], kind, metadata: { name, namespace } };
      return await patiently(() => this.objects.read<Kinds[K]>(wanted));
    } catch (error) {
      if (isCode(error, 404)) return undefined;
      throw refused(`read ${label(kind, name, namespace)}`, error);
    }
  }

  async list<K extends Kind>(kind: K, selection: Selection = {}): Promise<Kinds[K][]> {
    try {
      const { namespace, labels, fields } = selection;
      const none = undefined;
      const version = apiVersions[kind];
      const list = await patiently(() =>
        this.objects.list<Kinds[K]>(version, kind, namespace, none, none, none, fields, labels),
      );
      return list.items;
    } catch (error) {
      throw refused(`list ${kind}s`, error);
    }
  }

  async listAny(apiVersion: string, kind: string, namespace?: string): Promise<KubernetesObject[]> {
    try {
      return (await patiently(() => this.objects.list(apiVersion, kind, namespace))).items;
    } catch (error) {
      if (isCode(error, 404)) return [];
      throw refused(`list ${kind}s`, error);
    }
  }

  /**
   * Lists all objects of a kind and follows their changes once it is started; the last words are its `error` event.
   *
   * @param trim Takes away from a listed object what is not to be kept.
   */
  follow<K extends Kind>(kind: K, trim: (object: Kinds[K]) => void): Following<Kinds[K]> {
    return this.informers<Kinds[K]>(apiVersions[kind], kind, trim);
  }

  /** An object of any kind; `undefined` where it, or its kind, does not exist. */
  async findAny({ apiVersion, kind, ...metadata }: ApiKind & { name: string; namespace?: string }) {
    try {
      return await patiently(() => this.objects.read<KubernetesObject>({ apiVersion, kind, metadata }));
    } catch (error) {
      if (isCode(error, 404)) return undefined;
      throw refused(`read ${label(kind, metadata.name, metadata.namespace)}`, error);
    }
  }

  async namespacedKinds(): Promise<NamespacedKinds> {
    try {
      return await this.discovery();
    } catch (error) {
      throw refused("list the kinds of objects", error);
    }
  }

  async create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    try {
      return await this.objects.create<Kinds[K]>({ ...object, apiVersion: apiVersions[kind], kind });
    } catch (error) {
      throw refused(`create ${label(kind, object.metadata?.name ?? "", object.metadata?.namespace)}`, error);
    }
  }

  async ensureAny(object: KubernetesObject, fieldManager: string): Promise<void> {
    try {
      await this.objects.create(object, undefined, undefined, fieldManager);
    } catch (error) {
      if (isCode(error, 409)) return;
      const { name = "", namespace } = object.metadata ?? {};
      throw refused(`create ${label(object.kind ?? "", name, namespace)}`, error);
    }
  }

  async dryRun<K extends Kind>(kind: K, object: Kinds[K]): Promise<Answer<Kinds[K]>> {
    const warnings: string[] = [];
    const client = this.heardBy({
      pre: (request) => Promise.resolve(request),
      post(response) {
        warnings.push(...warningsIn(response.headers.warning));
        return Promise.resolve(response);
      },
    });
    try {
      const whole = { ...object, apiVersion: apiVersions[kind], kind };
      return { accepted: await client.create<Kinds[K]>(whole, undefined, "All"), warnings };
    } catch (error) {
      return { refused: reasonOf(error), warnings };
    }
  }

  async patch<K extends Kind>(kind: K, name: string, namespace: string | undefined, patch: Patch): Promise<void> {
    try {
      const metadata = { ...patch.metadata, name, namespace } as KubernetesObject["metadata"];
      const object: KubernetesObject = { ...patch, apiVersion: apiVersions[kind], kind, metadata };
      await this.objects.patch(object);
    } catch (error) {
      throw refused(`patch ${label(kind, name, namespace)}`, error);
    }
  }

  remove(kind: Kind, name: string, namespace?: string, uid?: string): Promise<void> {
    return this.removeAny({ apiVersion: apiVersions[kind], kind }, name, namespace, uid);
  }

  async removeAny({ apiVersion, kind }: ApiKind, name: string, namespace?: string, uid?: string): Promise<void> {
    const object = { apiVersion, kind, metadata: { name, namespace } };
    // Without a policy a Job's pods would stay. In the body, because that of the query is ignored where there is a body.
    const options = { propagationPolicy: "Background", ...(uid !== undefined && { preconditions: { uid } }) };
    const none = undefined;
    try {
      await this.objects.delete(object, none, none, none, none, none, options);
    } catch (error) {
      // 409: there is another one by now.
      if (isCode(error, 404) || (uid !== undefined && isCode(error, 409))) return;
      throw refused(`delete ${label(kind, name, namespace)}`, error);
    }
  }

  async log(namespace: string, pod: string, options: LogOptions = {}): Promise<string> {
    // Of the last lines, a limit would cut off the newest.
    const limitBytes = options.tailLines === undefined ? 65536 : undefined;
    try {
      return await patiently(() => this.pods.readNamespacedPodLog({ ...options, namespace, name: pod, limitBytes }));
    } catch (error) {
      throw refused(`read the log of Pod ${namespace}/${pod}`, error);
    }
  }

  async exec(namespace: string, pod: string, command: string[], signal: AbortSignal): Promise<Ended> {
    const container = (await this.find("Pod", pod, namespace))?.spec?.containers[0]?.name;
    if (!container) throw new Failure(`there is no Pod ${namespace}/${pod} to run \`${command.join(" ")}\` in`);
    const stdout = new Collected();
    const stderr = new Collected();
    const status = await new Promise<V1Status>((resolve, reject) => {
      const failed = (error: unknown): void => reject(refused(`run a command in Pod ${namespace}/${pod}`, error));
      // If this fails, the command has not started, so it can be retried.
      patiently(() => this.execution.exec(namespace, pod, container, command, stdout, stderr, null, false, resolve))
        .then((socket: Connection) => {
          const close = (): void => {
            socket.close();
            reject(signal.reason as Error);
          };
          socket.on("close", () => {
            signal.removeEventListener("abort", close);
            failed(new Error("the connection ended before the command did"));
          });
          if (signal.aborted) close();
          else signal.addEventListener("abort", close, { once: true });
        })
        .catch(failed);
    });
    return { exitCode: exitCodeOf(status), stdout: stdout.text(), stderr: stderr.text() };
  }
}

/**
 * Retries a request after a temporary error. Only for requests that change nothing: a lost connection should not fail an
 * exercise.
 */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  let last: unknown;
  const answer = await poll({ seconds: patienceSeconds, interval: 1000 }, async () => {
    try {
      return { value: await ask() };
    } catch (error) {
      if (!mayPass(error)) throw error;
      last = error;
      return undefined;
    }
  });
  if (!answer) throw last as Error;
  return answer.value;
}

/** Fills in the config and returns its server's address. */
function readServer(config: KubeConfig, from: ClusterConfig): string {
  try {
    return readKubeconfig(config, from);
  } catch (error) {
    const remedy = "set KUBECONFIG, or kubeconfig in the stack's config, to a kubeconfig file with a current context";
    throw new WrongUse((error as Error).message, remedy);
  }
}

/** The used part of the WebSocket that carries a command's output. */
interface Connection {
  close(): void;
  on(event: "close", listener: () => void): void;
}

/** Collects what is written to it. */
class Collected extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

/** The exit code that the kubelet reports for a command; a status without one means that the command did not run. */
function exitCodeOf(status: V1Status): number {
  if (status.status === "Success") return 0;
  const cause = status.details?.causes?.find((candidate) => candidate.reason === "ExitCode");
  if (!cause?.message) throw new Failure(`the command did not run: ${status.message ?? "no reason given"}`);
  return Number(cause.message);
}

/** The texts in a Warning header, each between quotes after a code: `299 - "spec.x: is deprecated"`. */
export function warningsIn(header: string | undefined): string[] {
  const texts = header?.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g) ?? [];
  return [...texts].map(([, text = ""]) => text.replace(/\\(.)/g, "$1"));
}

function label(kind: string, name: string, namespace?: string): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** So many objects are listed at once: a long list as a whole would take much memory, for good. */
const PAGE = 250;

async function listInPages<T extends KubernetesObject>(
  objects: KubernetesObjectApi,
  apiVersion: string,
  kind: string,
  trim: (object: T) => void,
): Promise<KubernetesListObject<T>> {
  const none = undefined;
  const items: T[] = [];
  for (let next: string | undefined; ;) {
    const page = await objects.list<T>(apiVersion, kind, none, none, none, none, none, none, PAGE, next);
    page.items.forEach(trim);
    items.push(...page.items);
    // The client leaves the list's metadata as it came, whatever its type says.
    const { _continue: named, continue: sent } = (page.metadata ?? {}) as { _continue?: string; continue?: string };
    next = named ?? sent;
    if (!next) return { ...page, items };
  }
}

/** Where the API server has all objects of a kind. */
function pathOf(apiVersion: string, kind: string): string {
  const plural = `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;
  return `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}/${plural}`;
}
