import { Writable } from "node:stream";
import type {
  CoreV1Event,
  Exec,
  KubeConfig,
  KubernetesObject,
  KubernetesObjectApi,
  V1ConfigMap,
  V1Deployment,
  V1Namespace,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V1Status,
  V1StorageClass,
} from "@kubernetes/client-node";
import { Failure, WrongUse } from "./failure";

/** The kinds of object that exercises look at or make. */
export interface Kinds {
  ConfigMap: V1ConfigMap;
  Deployment: V1Deployment;
  Event: CoreV1Event;
  Namespace: V1Namespace;
  Node: V1Node;
  PersistentVolume: V1PersistentVolume;
  PersistentVolumeClaim: V1PersistentVolumeClaim;
  Pod: V1Pod;
  Secret: V1Secret;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  StatefulSet: V1StatefulSet;
  StorageClass: V1StorageClass;
}

export type Kind = keyof Kinds;

const apiVersions: Record<Kind, string> = {
  ConfigMap: "v1",
  Deployment: "apps/v1",
  Event: "v1",
  Namespace: "v1",
  Node: "v1",
  PersistentVolume: "v1",
  PersistentVolumeClaim: "v1",
  Pod: "v1",
  Secret: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  StatefulSet: "apps/v1",
  StorageClass: "storage.k8s.io/v1",
};

/** Which objects to list; all of the kind, in all namespaces, when nothing is said. */
export interface Selection {
  namespace?: string;
  /** As after `kubectl get -l`. */
  labels?: string;
  /** As after `kubectl get --field-selector`. */
  fields?: string;
}

/** What to change of an object; `null` takes a field out. */
export interface Patch {
  metadata?: { annotations?: Record<string, string | null>; finalizers?: string[] | null };
  [field: string]: unknown;
}

/** How a command inside a pod ended. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What an exercise can do with a cluster: what `kubectl` could do with the same kubeconfig, and no more. */
export interface Cluster {
  /** Answers `undefined` when there is no such object. */
  find<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K] | undefined>;
  list<K extends Kind>(kind: K, selection?: Selection): Promise<Kinds[K][]>;
  create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]>;
  /** A strategic merge patch, which is what `kubectl patch` sends. */
  patch<K extends Kind>(kind: K, name: string, namespace: string | undefined, patch: Patch): Promise<void>;
  /** Asks for the deletion and does not wait for its end; an object that is gone already is no fault. */
  remove(kind: Kind, name: string, namespace?: string): Promise<void>;
  /** Runs a command in a pod's first container, as `kubectl exec` does. */
  exec(namespace: string, pod: string, command: string[], signal: AbortSignal): Promise<Ended>;
}

/** The cluster that a kubeconfig names. */
export class KubernetesCluster implements Cluster {
  private constructor(
    private readonly objects: KubernetesObjectApi,
    private readonly execution: Exec,
  ) {}

  /**
   * Reads `$KUBECONFIG`, else `~/.kube/config`, else what a pod is given. Fails when there is none, or when its server
   * does not answer.
   */
  static async connect(timeoutSeconds = 10): Promise<KubernetesCluster> {
    // Imported only here and in this way: the TypeScript loader takes seconds to translate its thousand modules to CommonJS.
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    const server = readServer(config);
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${timeoutSeconds} s`)), timeoutSeconds * 1000).unref();
    });
    try {
      await Promise.race([config.makeApiClient(client.VersionApi).getCode(), late]);
    } catch (error) {
      throw new Failure(
        `the API server at ${server} cannot be used: ${reasonOf(error)}`,
        "look with `kubectl version` whether the cluster runs and whether this kubeconfig is its own",
      );
    }
    return new KubernetesCluster(client.KubernetesObjectApi.makeApiClient(config), new client.Exec(config));
  }

  async find<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K] | undefined> {
    try {
      return await this.objects.read<Kinds[K]>({ apiVersion: apiVersions[kind], kind, metadata: { name, namespace } });
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
      const list = await this.objects.list<Kinds[K]>(version, kind, namespace, none, none, none, fields, labels);
      return list.items;
    } catch (error) {
      throw refused(`list ${kind}s`, error);
    }
  }

  async create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    try {
      return await this.objects.create<Kinds[K]>({ ...object, apiVersion: apiVersions[kind], kind });
    } catch (error) {
      throw refused(`create ${label(kind, object.metadata?.name ?? "", object.metadata?.namespace)}`, error);
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

  async remove(kind: Kind, name: string, namespace?: string): Promise<void> {
    try {
      await this.objects.delete({ apiVersion: apiVersions[kind], kind, metadata: { name, namespace } });
    } catch (error) {
      if (!isCode(error, 404)) throw refused(`delete ${label(kind, name, namespace)}`, error);
    }
  }

  async exec(namespace: string, pod: string, command: string[], signal: AbortSignal): Promise<Ended> {
    const container = (await this.find("Pod", pod, namespace))?.spec?.containers[0]?.name;
    if (!container) throw new Failure(`no Pod ${namespace}/${pod} to run \`${command.join(" ")}\` in`);
    const stdout = new Collected();
    const stderr = new Collected();
    const status = await new Promise<V1Status>((resolve, reject) => {
      const failed = (error: unknown): void => reject(refused(`run a command in Pod ${namespace}/${pod}`, error));
      this.execution
        .exec(namespace, pod, container, command, stdout, stderr, null, false, resolve)
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

/** Fills in the config and answers its server's address. */
function readServer(config: KubeConfig): string {
  const remedy = "set KUBECONFIG to a kubeconfig file with a current context";
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new WrongUse(`the kubeconfig cannot be read: ${reasonOf(error)}`, remedy);
  }
  const server = config.getCurrentCluster()?.server;
  // The client makes up a server on this machine when it finds no kubeconfig at all.
  if (!server || server === "http://localhost:8080")
    throw new WrongUse("no kubeconfig names a cluster to look at", remedy);
  return server;
}

/** What is needed of the WebSocket that carries a command's output. */
interface Connection {
  close(): void;
  on(event: "close", listener: () => void): void;
}

/** Keeps what is written to it. */
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

/** The exit code that the kubelet reports for a command; a status without one says that the command never ran. */
function exitCodeOf(status: V1Status): number {
  if (status.status === "Success") return 0;
  const cause = status.details?.causes?.find((candidate) => candidate.reason === "ExitCode");
  if (!cause?.message) throw new Failure(`the command did not run: ${status.message ?? "no reason given"}`);
  return Number(cause.message);
}

function label(kind: Kind, name: string, namespace?: string): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** What the client throws when the server refuses. */
interface Refusal {
  /** The HTTP status. */
  code: number;
  body: unknown;
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "body" in error;
}

function isCode(error: unknown, code: number): boolean {
  return isRefusal(error) && error.code === code;
}

function refused(what: string, error: unknown): Failure {
  return error instanceof Failure ? error : new Failure(`cannot ${what}: ${reasonOf(error)}`);
}

/** The server's own words where there are any, else those of the network. */
function reasonOf(error: unknown): string {
  if (isRefusal(error)) {
    const body: unknown = typeof error.body === "string" ? parsed(error.body) : error.body;
    if (body && typeof body === "object" && "message" in body && typeof body.message === "string") return body.message;
    return `the API server answered ${error.code}`;
  }
  const { message, code, cause } = error as Partial<Error> & { code?: string };
  return message || code || (cause ? reasonOf(cause) : String(error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
