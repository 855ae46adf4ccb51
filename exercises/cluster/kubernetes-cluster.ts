import { Writable } from "node:stream";
import type {
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObject,
  KubernetesObjectApi,
  Middleware,
  V1Status,
} from "@kubernetes/client-node";
import { Failure, WrongUse } from "../runner/failure";
import { apiVersions, type Kind, type Kinds } from "./kinds";
import { poll } from "../runner/poll";
import { isCode, mayPass, reasonOf, refused } from "./refusal";

/** How long to go on asking a server that does not answer, or has an error of its own, in seconds. */
const patienceSeconds = 10;

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
  metadata?: {
    labels?: Record<string, string | null>;
    annotations?: Record<string, string | null>;
    finalizers?: string[] | null;
    /** The change is refused when the object was changed since it had this version. */
    resourceVersion?: string;
  };
  [field: string]: unknown;
}

/** How a command inside a pod ended. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What the API server says to an object that it was asked to check. */
export interface Answer<T> {
  /** The object as it would be stored, with all defaults; not there when the server refused it. */
  accepted?: T;
  /** Why it refused. */
  refused?: string;
  /** What it warns of, as `kubectl` prints it after "Warning:". */
  warnings: string[];
}

/** What an exercise can do with a cluster: what `kubectl` could do with the same kubeconfig, and no more. */
export interface Cluster {
  /** Returns `undefined` when there is no such object. */
  find<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K] | undefined>;
  list<K extends Kind>(kind: K, selection?: Selection): Promise<Kinds[K][]>;
  create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]>;
  /**
   * Has the API server check an object as if it were created (`kubectl create --dry-run=server`), without creating it.
   * A server that does not know the kind's API answers as for any other error.
   */
  dryRun<K extends Kind>(kind: K, object: Kinds[K]): Promise<Answer<Kinds[K]>>;
  /** A strategic merge patch, which is what `kubectl patch` sends. */
  patch<K extends Kind>(kind: K, name: string, namespace: string | undefined, patch: Patch): Promise<void>;
  /** Asks for the deletion and does not wait for its end; an object that is gone already is no error. */
  remove(kind: Kind, name: string, namespace?: string): Promise<void>;
  /** The beginning of what a pod's first container wrote, 64 KiB at most. */
  log(namespace: string, pod: string): Promise<string>;
  /** Runs a command in a pod's first container, as `kubectl exec` does. */
  exec(namespace: string, pod: string, command: string[], signal: AbortSignal): Promise<Ended>;
}

/** The cluster that a kubeconfig names. */
export class KubernetesCluster implements Cluster {
  private constructor(
    private readonly objects: KubernetesObjectApi,
    private readonly pods: CoreV1Api,
    private readonly execution: Exec,
    /** Makes a client whose answers a middleware hears. */
    private readonly heardBy: (middleware: Middleware) => KubernetesObjectApi,
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
    return new KubernetesCluster(objects, config.makeApiClient(client.CoreV1Api), new client.Exec(config), heardBy);
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

  async create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    try {
      return await this.objects.create<Kinds[K]>({ ...object, apiVersion: apiVersions[kind], kind });
    } catch (error) {
      throw refused(`create ${label(kind, object.metadata?.name ?? "", object.metadata?.namespace)}`, error);
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

  async remove(kind: Kind, name: string, namespace?: string): Promise<void> {
    try {
      await this.objects.delete({ apiVersion: apiVersions[kind], kind, metadata: { name, namespace } });
    } catch (error) {
      if (!isCode(error, 404)) throw refused(`delete ${label(kind, name, namespace)}`, error);
    }
  }

  async log(namespace: string, pod: string): Promise<string> {
    try {
      return await patiently(() => this.pods.readNamespacedPodLog({ namespace, name: pod, limitBytes: 65536 }));
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
      // Where this fails the command has not begun, so that it may be asked for again.
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
 * Asks the server again when an error may pass by itself. For what changes nothing, so that asking twice does no harm: an
 * exercise is no proof of anything when a connection that was lost ends it.
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
function readServer(config: KubeConfig): string {
  const remedy = "set KUBECONFIG to a kubeconfig file with a current context";
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new WrongUse(`cannot read the kubeconfig: ${reasonOf(error)}`, remedy);
  }
  const server = config.getCurrentCluster()?.server;
  // The client makes up a server on this machine when it finds no kubeconfig at all.
  if (!server || server === "http://localhost:8080") throw new WrongUse("no kubeconfig names a cluster", remedy);
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

/** The texts in a Warning header, each between quotes after a code: `299 - "spec.x: is deprecated"`. */
export function warningsIn(header: string | undefined): string[] {
  const texts = header?.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g) ?? [];
  return [...texts].map(([, text = ""]) => text.replace(/\\(.)/g, "$1"));
}

function label(kind: Kind, name: string, namespace?: string): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
