import type { V1PersistentVolume } from "@kubernetes/client-node";
import { failed, type Fix } from "../../../operations/probe/finding";
import { Fixes } from "../../../operations/restore/fixes";
import type { HostCheck } from "../../../components/index";
import { courseOf, labOf, namespace, NotedStep, pod, smallCluster } from "./small-lab";

const findings = (...fixes: Fix[]) => fixes.map((fix) => failed("id", "title", { reason: "broken", fix }));
const claim = { kind: "PersistentVolumeClaim", namespace, name: "claim", inputs: {} };
const volume = { kind: "PersistentVolume", namespace: undefined, name: "pv" };
const marked = { annotations: { "storage-lab.example/stack": "storage-lab/course" } };
const check = { host: "nas", name: "nas", script: "nfs-server" } as HostCheck;
const released = (claimName: string): V1PersistentVolume => ({
  metadata: { name: "pv", resourceVersion: "7" },
  spec: { persistentVolumeReclaimPolicy: "Retain", claimRef: { namespace, name: claimName, uid: "gone" } },
  status: { phase: "Released" },
});
const free: Fix = { does: "free-volume", volume: "pv" };

test("hosts come first: without these nothing else can succeed", async () => {
  const order: string[] = [];
  const cluster = smallCluster().add("Pod", pod("redis-0"));
  cluster.onRemove = () => order.push("pod");
  const apply = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push("host");
    return { exitCode: 0, error: "" };
  };
  const fixes = new Fixes(labOf(cluster, [courseOf()], { hosts: { apply } }));
  const step = new NotedStep();
  const replace: Fix = { does: "replace-pod", namespace, name: "redis-0", uid: "uid of redis-0" };
  await fixes.apply(findings(replace, { does: "run-script", check }, replace), step);
  expect(order).toEqual(["host", "pod"]);
  expect(step.notes).toEqual(["nas: nfs-server of nas was run again", "Pod shiqi/redis-0 is replaced"]);
});

test("the NAS comes before the nodes, which mount from it to prove that they can", async () => {
  let exported = false;
  const node = { host: "node1", name: "node1", script: "nfs-client" } as HostCheck;
  const apply = async ({ script }: HostCheck) => {
    if (script === "nfs-client") return { exitCode: exported ? 0 : 1, error: "nas refused port 2049" };
    await new Promise((resolve) => setTimeout(resolve, 20));
    exported = true;
    return { exitCode: 0, error: "" };
  };
  const step = new NotedStep();
  const stopped = findings({ does: "run-script", check: node }, { does: "run-script", check });
  await new Fixes(labOf(smallCluster(), [], { hosts: { apply } })).apply(stopped, step);
  expect(step.notes).toEqual(["nas: nfs-server of nas was run again", "node1: nfs-client of node1 was run again"]);
});

test("a pod is deleted by its uid, so that the one that came after it stays", async () => {
  const cluster = smallCluster();
  const remove = jest.spyOn(cluster, "remove");
  await new Fixes(labOf(cluster, [])).apply(
    findings({ does: "replace-pod", namespace, name: "redis-0", uid: "seen" }),
    new NotedStep(),
  );
  expect(remove).toHaveBeenCalledWith("Pod", "redis-0", namespace, "seen");
});

test("the same is not tried again at once, and not for ever", async () => {
  const now = jest.spyOn(Date, "now");
  const apply = jest.fn(() => Promise.resolve({ exitCode: 0, error: "" }));
  const fixes = new Fixes(labOf(smallCluster(), [], { hosts: { apply } }));
  const fix: Fix = { does: "run-script", check };
  for (const at of [0, 1000, 20_000, 60_000]) {
    now.mockReturnValue(at);
    await fixes.apply(findings(fix), new NotedStep());
  }
  now.mockRestore();
  expect(apply).toHaveBeenCalledTimes(2);
  expect(fixes.isOpen(fix)).toBe(false);
});

test("what is Pulumi's to apply is left to it", () => {
  const fixes = new Fixes(labOf(smallCluster(), []));
  expect(fixes.isOpen({ does: "apply", stack: "course" })).toBe(false);
  expect(fixes.isOpen(undefined)).toBe(false);
});

test("a script that fails is an error with what it said", async () => {
  const apply = () => Promise.resolve({ exitCode: 1, error: "no space left" });
  const fixes = new Fixes(labOf(smallCluster(), [], { hosts: { apply } }));
  await expect(fixes.apply(findings({ does: "run-script", check }), new NotedStep())).rejects.toThrow(
    "nas: no space left",
  );
});

describe("a Released volume", () => {
  test("of a claim that the stacks declare is free for it again", async () => {
    const cluster = smallCluster().add("PersistentVolume", released("claim"));
    cluster.onPatch = (_kind, object) => Object.assign(object, { status: { phase: "Available" } });
    const step = new NotedStep();
    await new Fixes(labOf(cluster, [courseOf(claim)])).apply(findings(free), step);
    expect(step.notes).toEqual(["pv is free again for shiqi/claim, with its data"]);
    expect((await cluster.find("PersistentVolume", "pv"))?.spec?.claimRef).toEqual({ namespace, name: "claim" });
  });

  test.each([
    [
      "that a declared volume is kept for",
      courseOf({ ...volume, inputs: { spec: { claimRef: { namespace, name: "claim" } } } }),
      {},
    ],
    ["that carries the stack's mark", courseOf({ ...volume, inputs: { metadata: marked } }), marked],
  ])("of a claim %s is free for it again, though Pulumi has deleted that one", async (_what, course, metadata) => {
    const cluster = smallCluster()
      .add("PersistentVolume", released("claim"))
      .add("PersistentVolumeClaim", { metadata: { ...metadata, name: "claim", namespace }, spec: {} });
    cluster.onPatch = (_kind, object) => Object.assign(object, { status: { phase: "Bound" } });
    const step = new NotedStep();
    await new Fixes(labOf(cluster, [course])).apply(findings(free), step);
    expect(step.notes).toEqual(["pv is free again for shiqi/claim, with its data"]);
  });

  test("of a claim of somebody else keeps its data for that one", async () => {
    const cluster = smallCluster().add("PersistentVolume", released("theirs"));
    const patch = jest.spyOn(cluster, "patch");
    const step = new NotedStep();
    await new Fixes(labOf(cluster, [courseOf(claim)])).apply(findings(free), step);
    expect(step.notes.join()).toContain("was of the claim shiqi/theirs, which is none of the stacks'");
    expect(patch).not.toHaveBeenCalled();
  });

  test("whose claim took another volume meanwhile is refused", async () => {
    const cluster = smallCluster()
      .add("PersistentVolume", released("claim"))
      .add("PersistentVolumeClaim", { metadata: { name: "claim", namespace }, spec: { volumeName: "other" } });
    const patch = jest.spyOn(cluster, "patch");
    const step = new NotedStep();
    await new Fixes(labOf(cluster, [courseOf(claim)])).apply(findings(free), step);
    expect(step.notes.join()).toContain("exists again and has another volume, other");
    expect(patch).not.toHaveBeenCalled();
  });
});
