import type { ClusterApi } from "../../../../embedded/sandbox/kubernetes/api";
import { judgeNodes, waitForNodes } from "../../../../embedded/sandbox/kubernetes/node";
import { Failure } from "../../../../exercises/runner/failure";

const now = Date.parse("2026-01-01T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

const node = (name: string, status: string, heartbeat: number, message = "") => ({
  metadata: { name },
  status: { conditions: [{ type: "Ready", status, message, lastHeartbeatTime: ago(heartbeat) }] },
});
const lease = (name: string, renewed: number) => ({ metadata: { name }, spec: { renewTime: ago(renewed) } });

const leases = [lease("node1", 5), lease("node2", 5)];
const second = node("node2", "True", 60);
const first = (states: ReturnType<typeof judgeNodes>) => states.find((state) => state.name === "node1");

test("both nodes are Ready with a fresh lease", () => {
  expect(judgeNodes([node("node1", "True", 60), second], leases, now)).toEqual([
    { name: "node1", ready: true, reason: undefined },
    { name: "node2", ready: true, reason: undefined },
  ]);
});

test.each([
  ["no such node", [second], leases, /not registered/],
  ["a node that never reported", [{ metadata: { name: "node1" } }, second], leases, /not registered/],
  ["no lease", [node("node1", "True", 60), second], [lease("node2", 5)], /lease/],
  ["an old lease", [node("node1", "True", 60), second], [lease("node1", 41), lease("node2", 5)], /lease/],
  ["not Ready", [node("node1", "False", 1, "cni plugin not initialized"), second], leases, /cni plugin/],
])("%s", (_name, objects, given, reason) => {
  expect(first(judgeNodes(objects, given, now))).toEqual({
    name: "node1",
    ready: false,
    reason: expect.stringMatching(reason) as string,
  });
});

test("Ready from before the host's boot does not count", () => {
  const objects = [node("node1", "True", 60), second];
  const bootedAt = { node1: now - 30_000, node2: now - 90_000 };
  expect(judgeNodes(objects, leases, now, bootedAt).map(({ name, ready }) => [name, ready])).toEqual([
    ["node1", false],
    ["node2", true],
  ]);
});

describe("waiting for the nodes", () => {
  const api = (errors: Error[]) => {
    const list = (resources: string): Promise<object[]> => {
      const error = resources === "nodes" ? errors.shift() : undefined;
      if (error) return Promise.reject(error);
      const seen = new Date().toISOString();
      return Promise.resolve(
        ["node1", "node2"].map((name) => ({
          metadata: { name },
          spec: { renewTime: seen },
          status: { conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: seen }] },
        })),
      );
    };
    return { list } as unknown as ClusterApi;
  };
  const alive = () => Promise.resolve();

  test("goes on after a look that failed", async () => {
    const errors = [new Failure("kubectl get ended with exit code 1: TLS handshake timeout")];
    await waitForNodes(api(errors), {}, alive);
    expect(errors).toEqual([]);
  });

  test("does not take a mistake of our own for a node that is not ready yet", async () => {
    await expect(waitForNodes(api([new TypeError("undefined")]), {}, alive)).rejects.toThrow(TypeError);
  });
});
