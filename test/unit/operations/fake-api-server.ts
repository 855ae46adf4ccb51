import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { KubernetesObject } from "@kubernetes/client-node";
import { apiVersions, type Kind } from "../../../exercises/cluster/kinds";

const CLUSTER_WIDE: Kind[] = [
  "ClusterRole",
  "ClusterRoleBinding",
  "Namespace",
  "Node",
  "PersistentVolume",
  "StorageClass",
];

const pluralOf = (kind: string): string => `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;

/** An API server on this machine that lists, reads and patches what it was given, and knows no controller. */
export class FakeApiServer {
  private readonly server: Server;
  /** Methods and paths of all that was more than reading. */
  readonly changes: string[] = [];
  onPatch: (object: KubernetesObject) => void = () => {};

  constructor(readonly objects: (KubernetesObject & { kind: Kind })[]) {
    this.server = createServer((request, response) => {
      const path = new URL(request.url ?? "", "http://fake").pathname;
      request.resume();
      request.on("end", () => {
        const found = this.answer(request.method ?? "", path);
        response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(found ?? { kind: "Status", code: 404, message: `${path} not found` }));
      });
    });
  }

  /** Returns a kubeconfig for it. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    return kubeconfigOf(`http://127.0.0.1:${port}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(method: string, path: string): unknown {
    if (path === "/version") return { major: "1", minor: "36", gitVersion: "v1.36.0" };
    if (/^\/api\/v1$|^\/apis\/[^/]+\/[^/]+$/.test(path)) return this.resources(path.replace(/^\/apis?\//, ""));
    const parts = path.replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\//, "").split("/");
    const namespace = parts[0] === "namespaces" && parts.length > 2 ? parts[1] : undefined;
    const [plural, name] = namespace === undefined ? parts : parts.slice(2);
    const items = this.objects.filter(
      ({ kind, metadata }) =>
        pluralOf(kind) === plural && (namespace === undefined || metadata?.namespace === namespace),
    );
    if (name === undefined) return { kind: "List", items };
    const found = items.find(({ metadata }) => metadata?.name === name);
    if (method !== "GET") this.changes.push(`${method} ${path}`);
    if (method === "PATCH" && found) this.onPatch(found);
    return found;
  }

  private resources(groupVersion: string): object {
    const kinds = (Object.keys(apiVersions) as Kind[]).filter((kind) => apiVersions[kind] === groupVersion);
    return {
      kind: "APIResourceList",
      groupVersion,
      resources: kinds.map((kind) => ({ name: pluralOf(kind), kind, namespaced: !CLUSTER_WIDE.includes(kind) })),
    };
  }
}

/** A kubeconfig of one context for a server. */
export function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "fake", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "fake", user: {} }],
    contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
    "current-context": "fake",
  });
}
