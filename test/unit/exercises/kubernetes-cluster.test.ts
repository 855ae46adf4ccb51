import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesCluster } from "../../../exercises/cluster/kubernetes-cluster";

/** How the server answers, one request after the other: an HTTP status, or not at all. */
type Turn = number | "hang up";

describe("a cluster whose server has errors", () => {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  const before = process.env.KUBECONFIG;
  let turns: Turn[] = [];
  let asked: string[] = [];
  let body = "";
  let query = "";

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const json = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const [path = "", parameters = ""] = request.url?.split("?") ?? [];
    query = parameters;
    if (path.startsWith("/version")) return json(200, { major: "1", minor: "36" });
    if (path === "/api/v1") {
      const pods = { name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs: ["delete", "list"] };
      const subresource = { ...pods, name: "pods/log" };
      const nodes = { ...pods, name: "nodes", kind: "Node", namespaced: false };
      const bindings = { ...pods, name: "bindings", kind: "Binding", verbs: ["create"] };
      const resources = [pods, subresource, nodes, bindings];
      return json(200, { kind: "APIResourceList", groupVersion: "v1", resources });
    }
    if (path === "/apis") {
      const group = (name: string) => {
        const preferredVersion = { groupVersion: `${name}/v2`, version: "v2" };
        return { name, preferredVersion, versions: [{ groupVersion: `${name}/v1`, version: "v1" }, preferredVersion] };
      };
      return json(200, { kind: "APIGroupList", groups: [group("example.org"), group("away.example.org")] });
    }
    if (path === "/apis/example.org/v2") {
      const widgets = {
        name: "widgets",
        singularName: "",
        namespaced: true,
        kind: "Widget",
        verbs: ["delete", "list"],
      };
      return json(200, { kind: "APIResourceList", groupVersion: "example.org/v2", resources: [widgets] });
    }
    if (path === "/apis/away.example.org/v2") return json(503, { kind: "Status", code: 503, message: "away" });
    asked.push(`${request.method} ${path}`);
    body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.once("end", () => {
      const turn = turns.shift() ?? 200;
      if (turn === "hang up") return void request.socket.destroy();
      if (turn !== 200) return json(turn, { kind: "Status", code: turn, message: `error ${turn}` });
      if (path.endsWith("/redis-0")) return json(200, { kind: "Pod", spec: { containers: [{ name: "redis" }] } });
      json(200, { kind: "PodList", apiVersion: "v1", metadata: {}, items: [{ metadata: { name: "redis-0" } }] });
    });
  });

  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const config = {
      clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "student", user: {} }],
      contexts: [{ name: "lab", context: { cluster: "fake", user: "student" } }],
      "current-context": "lab",
    };
    process.env.KUBECONFIG = join(folder, "kubeconfig");
    writeFileSync(process.env.KUBECONFIG, JSON.stringify(config));
  });

  beforeEach(() => {
    asked = [];
  });

  afterAll(async () => {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
    rmSync(folder, { recursive: true });
    await new Promise((closed) => server.close(closed));
  });

  it("is asked again after an error that may pass, when asking changes nothing", async () => {
    turns = [503, "hang up", 200];
    const cluster = await KubernetesCluster.connect();
    const pods = await cluster.list("Pod", { namespace: "shiqi" });
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(["redis-0"]);
    expect(asked).toEqual(Array(3).fill("GET /api/v1/namespaces/shiqi/pods"));
  });

  it("is asked again for a command while its connection breaks, and not when it refuses", async () => {
    turns = [200];
    let upgrades = 0;
    server.on("upgrade", (_, socket) => {
      upgrades += 1;
      if (upgrades <= 2) socket.destroy();
      else socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    const cluster = await KubernetesCluster.connect();
    const ended = cluster.exec("shiqi", "redis-0", ["true"], new AbortController().signal);
    await expect(ended).rejects.toThrow("cannot run a command in Pod shiqi/redis-0: Unexpected server response: 403");
    expect(upgrades).toBe(3);
  });

  it("is not asked again when it refuses", async () => {
    turns = [403];
    const cluster = await KubernetesCluster.connect();
    await expect(cluster.list("Pod", { namespace: "shiqi" })).rejects.toThrow("cannot list Pods: error 403");
    expect(asked).toHaveLength(1);
  });

  it("tells the namespaced kinds that can be listed and deleted, of groups that answer", async () => {
    const cluster = await KubernetesCluster.connect();
    expect(await cluster.namespacedKinds()).toEqual({
      kinds: [
        { apiVersion: "v1", kind: "Pod" },
        { apiVersion: "example.org/v2", kind: "Widget" },
      ],
      silent: ["away.example.org/v2"],
    });
  });

  // The API server ignores the options of a query where there are some in the body.
  it.each([
    { uid: undefined, options: { propagationPolicy: "Background" } },
    { uid: "uid", options: { propagationPolicy: "Background", preconditions: { uid: "uid" } } },
  ])("deletes what an object owns along with it, a Job's pods too (uid: $uid)", async ({ uid, options }) => {
    turns = [200];
    const cluster = await KubernetesCluster.connect();
    await cluster.removeAny({ apiVersion: "v1", kind: "Pod" }, "redis-0", "shiqi", uid);
    expect(asked).toEqual(["DELETE /api/v1/namespaces/shiqi/pods/redis-0"]);
    expect(JSON.parse(body)).toEqual(options);
  });

  it.each([
    [undefined, "limitBytes=65536"],
    [{ container: "nfs" }, "container=nfs&limitBytes=65536"],
    [{ container: "nfs", tailLines: 9, timestamps: true }, "container=nfs&tailLines=9&timestamps=true"],
  ])("reads a log with %j", async (options, expected) => {
    turns = [200];
    const cluster = await KubernetesCluster.connect();
    await cluster.log("csi-nfs", "pod", options);
    expect(asked).toEqual(["GET /api/v1/namespaces/csi-nfs/pods/pod/log"]);
    expect(query).toBe(expected);
  });

  it("is not asked a second time to change something", async () => {
    turns = [503];
    const cluster = await KubernetesCluster.connect();
    const pod = { metadata: { name: "redis-1", namespace: "shiqi" } };
    await expect(cluster.create("Pod", pod)).rejects.toThrow("cannot create Pod shiqi/redis-1: error 503");
    expect(asked).toEqual(["POST /api/v1/namespaces/shiqi/pods"]);
  });
});
