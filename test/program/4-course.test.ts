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
  settings = await courseSettings(lab, infrastructure.name);
  await stack.init(settings);
});

test("a namespace of the same name that is not ours is an error, and stays untouched", async () => {
  await lab.kubectl("create", "namespace", "shiqi");
  await lab.kubectl("label", "namespace", "shiqi", "owner=somebody");
  const before = await lab.object<Meta>("namespace", "shiqi");
  const { exitCode, output } = await stack.up();
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/namespaces? "?shiqi"? already exists/);
  const after = await lab.object<Meta>("namespace", "shiqi");
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
  expect(after?.metadata.labels).toEqual(before?.metadata.labels);
  expect(await redis("statefulset-redis-exist-pvc")).toBeUndefined();
  await lab.kubectl("delete", "namespace", "shiqi");
});

test("after the failure, up makes the course", async () => {
  expect(await stack.up()).toMatchObject({ exitCode: 0 });
  for (const name of ["statefulset-redis-exist-pvc", "statefulset-redis-not-exist-pvc"]) {
    expect((await redis(name))?.status.readyReplicas).toBe(1);
  }
  await stack.unchanged();
});

test("after a refresh, a changed setting changes that object and no other", async () => {
  const before = await redis("statefulset-redis-exist-pvc");
  expect(await stack.refresh()).toMatchObject({ exitCode: 0 });
  stack.configure({ ...settings, replicas: 2 });
  const { exitCode, output } = await stack.up();
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/~ 1 updated/);
  expect(output).not.toMatch(/created|replaced|deleted/);
  expect((await redis("statefulset-redis-not-exist-pvc"))?.status.readyReplicas).toBe(2);
  expect((await redis("statefulset-redis-exist-pvc"))?.metadata.uid).toBe(before?.metadata.uid);
});

test("what was removed by hand is found by a refresh and made again", async () => {
  await lab.kubectl("delete", "service", "--namespace=shiqi", "redis-exist-pvc");
  const refresh = await stack.refresh("--expect-no-changes");
  expect(refresh.exitCode).not.toBe(0);
  expect(await stack.up()).toMatchObject({ exitCode: 0 });
  expect(await lab.object("service", "--namespace=shiqi", "redis-exist-pvc")).toBeDefined();
  await stack.unchanged();
});

test("destroy removes the course and then the infrastructure, and leaves the data on the NAS", async () => {
  expect(await stack.destroy()).toMatchObject({ exitCode: 0 });
  expect(await lab.object("namespace", "shiqi")).toBeUndefined();
  expect(await infrastructure.destroy()).toMatchObject({ exitCode: 0 });
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
