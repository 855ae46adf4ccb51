import type {
  CoreV1Api,
  KubeConfig,
  KubernetesObject,
  V1Deployment,
  V1Node,
  V1StorageClass,
} from "@kubernetes/client-node";
import { readKubeconfig, type ClusterConfig } from "./kubeconfig";

/** What could be read, or why it could not: the rights, the network. */
export type Reading<T> = { value: T } | { problem: string };

/** Something that may be done with all objects of a kind. */
export interface Right {
  verb: string;
  /** Empty for the core group. */
  group: string;
  /** In the plural, as in a Role. */
  resource: string;
  /** Where; of cluster-wide objects, and for all namespaces, none. */
  namespace?: string;
}

/** How long an API server may take to answer, in milliseconds: a kubeconfig may run a program that logs in somewhere first. */
const PATIENCE = 15_000;

/**
 * Reads, before a program registers anything, what decides about its resources and has to be known in every preview. A
 * resource that is read (`Namespace.get`) would not do: it fails the program where the rights are missing, and its provider
 * is one of those that another address replaces.
 */
export class ClusterReader {
  private constructor(
    /** Address of the API server; undefined where the kubeconfig names none. */
    readonly server: string | undefined,
    private readonly opened: Reading<{ client: typeof import("@kubernetes/client-node"); kubeconfig: KubeConfig }>,
  ) {}

  static async open(config: ClusterConfig): Promise<ClusterReader> {
    try {
      // Only here: it takes part of a second to load.
      const client = await import("@kubernetes/client-node");
      const kubeconfig = new client.KubeConfig();
      const server = readKubeconfig(kubeconfig, config);
      return new ClusterReader(server, { value: { client, kubeconfig } });
    } catch (error) {
      return new ClusterReader(undefined, { problem: reasonOf(error) });
    }
  }

  /** The uid of the namespace kube-system, which every cluster has for life and no two share. */
  clusterId(): Promise<Reading<string>> {
    return this.core(async (api) => (await api.readNamespace({ name: "kube-system" })).metadata?.uid ?? "");
  }

  nodes(): Promise<Reading<V1Node[]>> {
    return this.core(async (api) => (await api.listNode()).items);
  }

  /** Those of all namespaces. */
  deployments(): Promise<Reading<V1Deployment[]>> {
    return this.read(
      async ({ client, kubeconfig }) =>
        (await kubeconfig.makeApiClient(client.AppsV1Api).listDeploymentForAllNamespaces()).items,
    );
  }

  storageClasses(): Promise<Reading<V1StorageClass[]>> {
    return this.read(
      async ({ client, kubeconfig }) => (await kubeconfig.makeApiClient(client.StorageV1Api).listStorageClass()).items,
    );
  }

  /** The server's release, such as `v1.36.3`; the same of one that answers and does not tell it. */
  version(): Promise<Reading<string>> {
    return this.read(async ({ client, kubeconfig }) => {
      try {
        return (await kubeconfig.makeApiClient(client.VersionApi).getCode()).gitVersion;
      } catch (error) {
        const { code } = error as { code?: number };
        if (code === 403 || code === 404) return "release unknown";
        throw error;
      }
    });
  }

  /** Those of the rights that the kubeconfig's user lacks. */
  lacks(rights: Right[]): Promise<Reading<Right[]>> {
    return this.read(async ({ client, kubeconfig }) => {
      const api = kubeconfig.makeApiClient(client.AuthorizationV1Api);
      const answers = await Promise.all(
        rights.map((right) =>
          api.createSelfSubjectAccessReview({
            body: {
              apiVersion: "authorization.k8s.io/v1",
              kind: "SelfSubjectAccessReview",
              spec: { resourceAttributes: right },
            },
          }),
        ),
      );
      return rights.filter((_, index) => answers[index]?.status?.allowed === false);
    });
  }

  /** A cluster-wide object; undefined where there is none. */
  find({ apiVersion, kind, name }: { apiVersion: string; kind: string; name: string }) {
    return this.read<KubernetesObject | undefined>(async ({ client, kubeconfig }) => {
      try {
        return await client.KubernetesObjectApi.makeApiClient(kubeconfig).read({
          apiVersion,
          kind,
          metadata: { name },
        });
      } catch (error) {
        if ((error as { code?: number }).code === 404) return undefined;
        throw error;
      }
    });
  }

  private core<T>(what: (api: CoreV1Api) => Promise<T>): Promise<Reading<T>> {
    return this.read(({ client, kubeconfig }) => what(kubeconfig.makeApiClient(client.CoreV1Api)));
  }

  private async read<T>(
    what: (opened: { client: typeof import("@kubernetes/client-node"); kubeconfig: KubeConfig }) => Promise<T>,
  ): Promise<Reading<T>> {
    if ("problem" in this.opened) return this.opened;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
    });
    try {
      return { value: await Promise.race([what(this.opened.value), late]) };
    } catch (error) {
      return { problem: reasonOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The API server's own words where it answered, otherwise the network's. */
function reasonOf(error: unknown): string {
  const { body, code, message, cause } = error as { body?: unknown; code?: unknown; message?: string; cause?: unknown };
  if (typeof code === "number") {
    const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(typeof body === "string" ? body : JSON.stringify(body ?? ""));
    return said?.[1] === undefined ? `the API server answered ${code}` : (JSON.parse(`"${said[1]}"`) as string);
  }
  return cause instanceof Error && cause.message !== "" ? reasonOf(cause) : (message ?? String(error));
}
