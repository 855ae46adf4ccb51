import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { type ClassNeeds, roomChecks } from "../../../../operations/class/class-room";

const GIB = 2 ** 30;

const node = (name: string, more: Partial<V1Node["spec"]> = {}): V1Node => ({
  metadata: { name },
  spec: { ...more },
  status: {
    conditions: [{ type: "Ready", status: "True" }],
    allocatable: { pods: "10", memory: "1Gi" },
    images: [{ names: ["docker.io/library/redis:7"] }],
  },
});

const pod = (nodeName: string, phase = "Running"): V1Pod => ({
  spec: { nodeName, containers: [{ name: "c", resources: { requests: { memory: "128Mi" } } }] },
  status: { phase },
});

const needs: ClassNeeds = { newcomers: 3, redis: 2, bytes: 3 * GIB, overcommit: 1, images: ["redis:7"] };

const states = (of: Partial<ClassNeeds>, nodes: V1Node[], pods: V1Pod[] = []) =>
  roomChecks(
    { ...needs, ...of },
    { nodes, pods, nas: { path: "/nfs", size: 4 * GIB, free: 4 * GIB, threads: 8 } },
  ).filter(({ state }) => state !== "good");

test("a class that fits has nothing against it", () => {
  expect(states({}, [node("a")])).toEqual([]);
});

test("pods that run take places; those that have ended do not", () => {
  const running = Array.from({ length: 5 }, () => pod("a"));
  expect(states({}, [node("a")], running)).toEqual([
    expect.objectContaining({
      state: "missing",
      found: "6 are needed, 5 of 10 are free",
      remedy: expect.stringContaining("at most 2 more") as string,
    }),
  ]);
  expect(
    states(
      {},
      [node("a")],
      Array.from({ length: 5 }, () => pod("a", "Succeeded")),
    ),
  ).toEqual([]);
});

test("memory that pods ask for is not there for others", () => {
  const [check] = states(
    { newcomers: 4 },
    [node("a")],
    Array.from({ length: 5 }, () => pod("b")),
  ).slice(0, 1);
  expect(check).toBeUndefined();
  const asked = states(
    { newcomers: 3 },
    [node("a")],
    Array.from({ length: 4 }, () => ({
      ...pod("a"),
      spec: { nodeName: "a", containers: [{ name: "c", resources: { requests: { memory: "200Mi" } } }] },
    })),
  );
  expect(asked).toEqual([
    expect.objectContaining({
      title: "the nodes have memory for the class's pods",
      found: "384Mi are needed, 224Mi are not asked for yet",
    }),
  ]);
});

test("cordoned and tainted nodes take no students", () => {
  const found = states({}, [
    node("a", { unschedulable: true }),
    node("b", { taints: [{ key: "x", effect: "NoSchedule" }] }),
  ]);
  expect(found[0]).toMatchObject({ state: "missing", found: "0 of 2 nodes take pods" });
});

test("a class larger than the NAS is refused, one larger than what is free is warned of", () => {
  const check = (size: number, free: number) =>
    roomChecks(needs, { nodes: [node("a")], pods: [], nas: { path: "/nfs", size, free } }).at(-1);
  expect(check(2 * GIB, 2 * GIB)).toMatchObject({
    state: "missing",
    found: "3.0Gi may be written, 2.0Gi is its size, 2.0Gi are free",
    remedy: expect.stringContaining("Lower capacity") as string,
  });
  expect(check(4 * GIB, GIB)).toMatchObject({ state: "warning" });
});

test("an image that a node was not seen with is told with the node", () => {
  const bare = { ...node("b"), status: { ...node("b").status, images: [] } };
  expect(states({}, [node("a"), bare])).toEqual([
    expect.objectContaining({
      state: "warning",
      title: "every node has the image redis:7",
      found: expect.stringContaining("not seen on b") as string,
    }),
  ]);
});

test("places may be counted in thousands", () => {
  const large = node("a");
  large.status!.allocatable = { pods: "1k", memory: "1Ti" };
  expect(states({}, [large])).toEqual([]);
});

test("a disk may be promised several times", () => {
  const [check] = states({ bytes: 12 * GIB, overcommit: 4 }, [node("a")]);
  expect(check).toMatchObject({ subject: "NAS", state: "warning" });
  expect(states({ bytes: 17 * GIB, overcommit: 4 }, [node("a")])[0]).toMatchObject({ state: "missing" });
});
