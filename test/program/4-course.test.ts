import { wentWell } from "../support/expectations";
import { courseSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();
const infrastructure = new TestStack(lab, "infrastructure", "infrastructure");
const stack = new TestStack(lab, "course", "course");
let settings: Settings;

interface Meta {
  metadata: { uid: string; labels?: Record<string, string> };
}
interface StatefulSet extends Meta {
  spec: { replicas: number };
  status: { readyReplicas?: number };
}

const redis = (name: string) => lab.object<StatefulSet>("statefulset", "--namespace=shiqi", name);

beforeAll(async () => {
  // The rest of the sections is made and destroyed by the lab tests; here it would only be waited for.
  const sections = { mysql: false, redisHeadless: false, redisShared: false, localVolume: false, nginx: false };
  settings = { ...(await courseSettings(lab, infrastructure.name)), sections };
  await stack.init(settings);
});

test("a namespace of the same name that is not ours is an error, and stays untouched", async () => {
  await lab.kubectl("create", "namespace", "shiqi");
  await lab.kubectl("label", "namespace", "shiqi", "owner=somebody");
  const before = await lab.object<Meta>("namespace", "shiqi");
  const { exitCode, output } = await stack.up();
  const after = await lab.object<Meta>("namespace", "shiqi");
  await lab.kubectl("delete", "namespace", "shiqi");
  expect(exitCode).not.toBe(0);
  expect(output).toContain("The namespace shiqi exists and is not this stack's: it was left as it is.");
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
  expect(after?.metadata.labels).toEqual(before?.metadata.labels);
  expect(stack.resources()).not.toContain("redis-exist-pvc-statefulset");
});

test("after the failure, up makes the course", async () => {
  wentWell(await stack.up());
  for (const name of ["statefulset-redis-exist-pvc", "statefulset-redis-not-exist-pvc"]) {
    expect((await redis(name))?.status.readyReplicas).toBe(1);
  }
  await stack.unchanged();
});

test("after a refresh, a changed setting changes that object and its component, and no other", async () => {
  const before = await redis("statefulset-redis-exist-pvc");
  wentWell(await stack.refresh());
  stack.configure({ ...settings, replicas: 2 });
  const { output } = wentWell(await stack.up());
  // The object, and the component that has the setting as its input.
  expect(output).toMatch(/~ 2 updated/);
  expect(output).toMatch(/StatefulSet redis-not-exist-pvc-statefulset updated/);
  expect(output).not.toMatch(/created|replaced|deleted/);
  expect((await redis("statefulset-redis-not-exist-pvc"))?.status.readyReplicas).toBe(2);
  expect((await redis("statefulset-redis-exist-pvc"))?.metadata.uid).toBe(before?.metadata.uid);
});

test("a missing image is waited for as long as config says, and told with its pod", async () => {
  const before = { ...settings, replicas: 2 };
  // Nothing answers there, at once.
  stack.configure({ ...before, wordpressImage: "127.0.0.1:1/missing:1", readyWithin: "60s" });
  const start = Date.now();
  const { exitCode, output } = await stack.up();
  expect(exitCode).not.toBe(0);
  expect(Date.now() - start).toBeLessThan(180_000);
  expect(output).toMatch(/wordpress-(claim|emptydir)-\S+[^\n]*(ErrImagePull|ImagePullBackOff)/);
  stack.configure(before);
  wentWell(await stack.up());
});

test("what was removed by hand is found by a refresh and made again", async () => {
  await lab.kubectl("delete", "service", "--namespace=shiqi", "redis-exist-pvc");
  const refresh = await stack.refresh("--expect-no-changes");
  expect(refresh.exitCode).not.toBe(0);
  wentWell(await stack.up());
  expect(await lab.object("service", "--namespace=shiqi", "redis-exist-pvc")).toBeDefined();
  await stack.unchanged();
});

test("destroy removes the course and then the infrastructure, and leaves the data on the NAS", async () => {
  wentWell(await stack.destroy());
  expect(await lab.object("namespace", "shiqi")).toBeUndefined();
  wentWell(await infrastructure.destroy());
  expect(await lab.object("namespace", "nfs-provisioner")).toBeUndefined();
  expect(await lab.object("storageclass", "nfs-client")).toBeUndefined();
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab; ls -d /nfs/shiqi-redis-exist-pvc")).toBe(
    "/nfs/shiqi-redis-exist-pvc\n",
  );
  expect(stack.resources()).toEqual([]);
  expect(infrastructure.resources()).toEqual([]);
  await stack.remove();
  await infrastructure.remove();
});
