import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a cluster's API server says: an object, or that it is forbidden. */
export type Answers = Record<string, object | "forbidden">;

/** An API server that knows a few paths, on an address of this machine. */
export class FakeCluster {
  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(answers: Answers): Promise<FakeCluster> {
    const server = createServer((request, response) => {
      const answer = answers[new URL(request.url ?? "/", "http://localhost").pathname];
      response.statusCode = answer === undefined ? 404 : answer === "forbidden" ? 403 : 200;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(answer === "forbidden" ? { kind: "Status", message: "it is forbidden" } : (answer ?? {})),
      );
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return new FakeCluster(server, (server.address() as AddressInfo).port);
  }

  url(name: "127.0.0.1" | "localhost" = "127.0.0.1"): string {
    return `http://${name}:${this.port}`;
  }

  /** A kubeconfig's content that leads to it by this name; the client takes http only where it has to check no TLS. */
  kubeconfig(name?: "127.0.0.1" | "localhost"): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: this.url(name), "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

export const KUBE_SYSTEM = "/api/v1/namespaces/kube-system";
export const NODES = "/api/v1/nodes";

export const kubeSystem = (uid: string) => ({
  kind: "Namespace",
  apiVersion: "v1",
  metadata: { name: "kube-system", uid },
});

/** A list of nodes: name → value of the label `kubernetes.io/hostname`. */
export const nodeList = (hostnames: Record<string, string | undefined>) => ({
  kind: "NodeList",
  apiVersion: "v1",
  metadata: {},
  items: Object.entries(hostnames).map(([name, hostname]) => ({
    metadata: { name, labels: hostname === undefined ? {} : { "kubernetes.io/hostname": hostname } },
  })),
});
