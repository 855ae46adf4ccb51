import type { V1ContainerStatus } from "@kubernetes/client-node";
import { nodeError } from "../../../operations/probe/node-health";
import { podTrouble } from "../../../operations/probe/pod-health";
import { namespace, pod, ready, smallCluster, viewOf } from "./small-lab";

const waiting = (reason: string, message = ""): { containerStatuses: V1ContainerStatus[] } => ({
  containerStatuses: [{ name: "c", state: { waiting: { reason, message } } } as V1ContainerStatus],
});
const troubleOf = async (...[status, more]: [Parameters<typeof pod>[1]?, Parameters<typeof pod>[2]?]) =>
  podTrouble(await viewOf(smallCluster()), pod("redis-0", status, more));
const replaced = { does: "replace-pod", namespace, name: "redis-0", uid: "uid of redis-0" };

test("a pod that is Ready has none", async () => {
  expect(await troubleOf(ready)).toBeUndefined();
});

test.each(["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError"])(
  "%s is waited for in vain, and no new pod helps",
  async (reason) => {
    const trouble = await troubleOf(waiting(reason, "no such thing"));
    expect(trouble).toMatchObject({
      reason: `Pod shiqi/redis-0 cannot start: ${reason}: no such thing`,
      lastingAfter: 15,
    });
    expect(trouble?.fix).toBeUndefined();
  },
);

test("a pod that crashes again and again is replaced, and lasts", async () => {
  const trouble = await troubleOf(waiting("CrashLoopBackOff"));
  expect(trouble).toMatchObject({ lastingAfter: 15, fix: replaced });
  expect(trouble?.remedy).toContain("kubectl logs redis-0 -n shiqi --previous");
});

test.each([
  ["waits for its next start", { waiting: { reason: "CrashLoopBackOff" } }],
  ["has just ended", { terminated: { exitCode: 1, message: "may not write\n" } }],
])("what a container has said at its end is told while it %s", async (_when, state) => {
  const lastState = { terminated: { exitCode: 1, message: "may not write\n" } };
  const status = { initContainerStatuses: [{ name: "write", state, lastState } as V1ContainerStatus] };
  expect((await troubleOf({ phase: "Pending", ...status }))?.reason).toMatch(/: may not write$|; may not write$/);
});

test("a pod that has ended is replaced", async () => {
  expect(await troubleOf({ phase: "Failed", reason: "Evicted" })).toMatchObject({
    reason: "Pod shiqi/redis-0 has ended: Evicted",
    fix: replaced,
  });
});

test("a pod that starts may take its time", async () => {
  const trouble = await troubleOf(waiting("ContainerCreating"));
  expect(trouble?.lastingAfter).toBeUndefined();
  expect(trouble?.fix).toBeUndefined();
});

test("a pod that somebody's finalizer holds is told, with who has to let it go", async () => {
  const held = { name: "redis-0", namespace, deletionTimestamp: new Date(), finalizers: ["example.com/hold"] };
  expect(await troubleOf({}, { metadata: held })).toMatchObject({
    reason: "Pod shiqi/redis-0: it is being deleted, and held by example.com/hold",
    remedy: expect.stringContaining("kubectl edit pod redis-0 -n shiqi") as string,
    lastingAfter: 15,
  });
});

describe("a pod that runs and is not Ready", () => {
  const at = (seconds: number) => new Date(1e12 + 1000 * seconds);
  const running = (lastTransitionTime: Date) => ({
    conditions: [{ type: "Ready", status: "False", lastTransitionTime }],
    containerStatuses: [{ name: "c", state: { running: { startedAt: at(10) } } } as V1ContainerStatus],
  });

  test("is replaced after a while where it was Ready before", async () => {
    expect(await troubleOf(running(at(60)))).toMatchObject({ fix: replaced, fixAfter: 60, lastingAfter: 60 });
  });

  test("may take its time where it never was: a database makes its files", async () => {
    expect((await troubleOf(running(at(0))))?.fix).toBeUndefined();
  });
});

describe("a node whose kubelet is silent", () => {
  const lease = (name: string, seconds: number) => ({
    metadata: { name, namespace: "kube-node-lease", managedFields: [{ time: new Date(1e12 + 1000 * seconds) }] },
    // By the node's own clock, which may be wrong.
    spec: { renewTime: new Date(0) as never },
  });
  const errorAfter = async (seconds: number) =>
    nodeError(
      await viewOf(smallCluster().add("Lease", lease("node1", 0)).add("Lease", lease("node2", seconds))),
      "node1",
    );

  test("is away once the others have gone on for 40 s, by the API server's clock", async () => {
    expect(await errorAfter(60)).toBe("the node node1 is away: its kubelet has said nothing for 60 s");
    expect(await errorAfter(30)).toBeUndefined();
  });
});

describe("a mount that failed", () => {
  const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds);
  async function troubleAfter({ boot, event }: { boot: number; event: number }) {
    const cluster = smallCluster().add("Event", {
      metadata: { name: "e", namespace },
      involvedObject: { uid: "uid of redis-0" },
      lastTimestamp: ago(event),
      reason: "FailedMount",
      message: "access denied",
    });
    const [condition] = (await cluster.list("Node"))[0]!.status!.conditions!;
    condition!.lastTransitionTime = ago(boot);
    return podTrouble(await viewOf(cluster), pod("redis-0", { phase: "Pending" }));
  }

  test("is not tried again for minutes by the kubelet: a pod that waits for it is replaced", async () => {
    expect(await troubleAfter({ boot: 600, event: 5 })).toMatchObject({ fix: replaced, fixAfter: 15 });
  });

  test("is tried again soon by a kubelet that has just started", async () => {
    const trouble = await troubleAfter({ boot: 30, event: 5 });
    expect(trouble?.reason).toContain("access denied");
    expect(trouble?.fix).toBeUndefined();
  });

  test("before the node booted says nothing of the pod", async () => {
    const trouble = await troubleAfter({ boot: 300, event: 320 });
    expect(trouble?.reason).not.toContain("access denied");
    expect(trouble?.fix).toBeUndefined();
  });
});

test("on a node that is away it is left alone for as long as a node may boot", async () => {
  const cluster = smallCluster();
  await cluster.remove("Node", "node1");
  const trouble = await podTrouble(await viewOf(cluster), pod("redis-0"));
  expect(trouble).toMatchObject({ lastingAfter: 50, remedy: "Start that host and its kubelet." });
  expect(trouble?.fix).toBeUndefined();
});

test("a pod that nobody schedules names the node that is cordoned", async () => {
  const cluster = smallCluster().add("Node", { metadata: { name: "node2" }, spec: { unschedulable: true } });
  const status = (message: string) => ({
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", message }],
  });
  const unplaced = (message: string) =>
    pod("redis-0", status(message), { spec: { containers: [], nodeName: undefined } });
  const view = await viewOf(cluster);
  expect(await podTrouble(view, unplaced("0/2 nodes"))).toMatchObject({
    lastingAfter: 15,
    remedy: "A node is cordoned: kubectl uncordon node2",
  });
  // The claim is judged by itself.
  const claims = await podTrouble(view, unplaced("pod has unbound immediate PersistentVolumeClaims"));
  expect(claims?.lastingAfter).toBeUndefined();
});
