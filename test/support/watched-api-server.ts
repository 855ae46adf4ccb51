import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KubernetesObject } from "@kubernetes/client-node";
import { apiVersions, type Kind } from "../../exercises/cluster/kinds";

const pluralOf = (kind: string): string => `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;

/** An API server on this machine that lists objects and tells of their changes, and can be restarted. */
export class WatchedApiServer {
  private server: Server | undefined;
  private port = 0;
  private version = 1;
  private readonly watches = new Map<string, Set<ServerResponse>>();
  /** What happened, so that a watch begins where a list ended. */
  private readonly history: { plural: string; version: number; line: string }[] = [];
  private readonly objects = new Map<string, KubernetesObject>();
  /** Versions of before are forgotten, as after a compaction. */
  private oldest = 0;
  readonly requests: string[] = [];

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
      this.requests.push(request.url ?? "");
      const plural = pathname.split("/").at(-1) ?? "";
      if (pathname === "/version") return json(response, { gitVersion: "v1.36.0" });
      if (/^\/api\/v1$|^\/apis\/[^/]+\/[^/]+$/.test(pathname)) return json(response, resourcesOf(pathname));
      if (searchParams.get("watch") === "true")
        return this.watch(plural, Number(searchParams.get("resourceVersion")), response);
      const items = [...this.objects].filter(([key]) => key.startsWith(`${plural} `)).map(([, object]) => object);
      const from = Number(searchParams.get("continue") ?? 0);
      const end = from + Number(searchParams.get("limit") ?? items.length);
      const next = end < items.length ? { continue: String(end) } : {};
      const metadata = { resourceVersion: String(this.version), ...next };
      json(response, { kind: "List", metadata, items: items.slice(from, end) });
    });
    const { server } = this;
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", done));
    this.port = (server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.port}`;
  }

  stop(): Promise<void> {
    const { server } = this;
    this.watches.clear();
    return new Promise((done) => {
      if (!server) return done();
      server.close(() => done());
      server.closeAllConnections();
    });
  }

  /** What was before this moment is not told any more: who has not heard it lists again. */
  compact(): void {
    this.oldest = this.version;
  }

  put(kind: Kind, object: KubernetesObject): void {
    const key = keyOf(kind, object);
    const type = this.objects.has(key) ? "MODIFIED" : "ADDED";
    this.objects.set(key, object);
    this.tell(kind, type, object);
  }

  remove(kind: Kind, object: KubernetesObject): void {
    this.objects.delete(keyOf(kind, object));
    this.tell(kind, "DELETED", object);
  }

  private tell(kind: Kind, type: string, object: KubernetesObject): void {
    this.version += 1;
    object.metadata = { ...object.metadata, resourceVersion: String(this.version) };
    const plural = pluralOf(kind);
    const line = `${JSON.stringify({ type, object: { apiVersion: apiVersions[kind], kind, ...object } })}\n`;
    this.history.push({ plural, version: this.version, line });
    for (const response of this.watches.get(plural) ?? []) response.write(line);
  }

  private watch(plural: string, from: number, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < this.oldest) {
      response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, message: "too old" } })}\n`);
      return;
    }
    for (const event of this.history) if (event.plural === plural && event.version > from) response.write(event.line);
    const watches = this.watches.get(plural) ?? new Set();
    this.watches.set(plural, watches.add(response));
    response.on("close", () => watches.delete(response));
  }
}

function keyOf(kind: Kind, { metadata }: KubernetesObject): string {
  return `${pluralOf(kind)} ${metadata?.namespace ?? ""}/${metadata?.name}`;
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function resourcesOf(path: string): object {
  const groupVersion = path.replace(/^\/apis?\//, "");
  const kinds = (Object.keys(apiVersions) as Kind[]).filter((kind) => apiVersions[kind] === groupVersion);
  const resources = kinds.map((kind) => ({ name: pluralOf(kind), kind, namespaced: true }));
  return { kind: "APIResourceList", groupVersion, resources };
}
