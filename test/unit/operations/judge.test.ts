import { judge } from "../../../operations/probe/judge";
import type { DeclaredObject } from "../../../operations/probe/declared";
import type { FakeCluster } from "../exercises/fake-cluster";
import { declared, namespace, pod, smallCluster, viewOf } from "./small-lab";

const apply = { does: "apply", stack: "course" };
const found = async (cluster: FakeCluster, object: DeclaredObject) => {
  const [finding] = await judge(await viewOf(cluster, object), [object]);
  return finding;
};
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("an object that is as declared passes", async () => {
  const cluster = smallCluster().add("ConfigMap", { metadata: { name: "c", namespace }, data: { a: "1", b: "2" } });
  expect(await found(cluster, declared("ConfigMap", "c", { data: { a: "1" } }))).toMatchObject({ passed: true });
});

test("an object that is not there, or was changed, is applied again", async () => {
  const object = declared("ConfigMap", "c", { data: { a: "1" } });
  expect((await found(smallCluster(), object))?.trouble).toEqual({ reason: "it is not there", fix: apply });
  const cluster = smallCluster().add("ConfigMap", { metadata: { name: "c", namespace }, data: { a: "x" } });
  expect((await found(cluster, object))?.trouble).toMatchObject({ reason: "data.a is x instead of 1", fix: apply });
});

describe("one that is being deleted", () => {
  const leaving = async (...finalizers: string[]) => {
    const metadata = { name: "c", namespace, deletionTimestamp: new Date(), finalizers };
    return (await found(smallCluster().add("ConfigMap", { metadata }), declared("ConfigMap", "c")))?.trouble;
  };

  test.each(["kubernetes.io/pvc-protection", "foregroundDeletion", "batch.kubernetes.io/job-tracking"])(
    "names what holds it, and is helped to its end (%s)",
    async (finalizer) => {
      expect(await leaving(finalizer)).toEqual({
        reason: `it is being deleted, and held by ${finalizer}`,
        fix: { does: "finish-deletion", kind: "ConfigMap", namespace, name: "c" },
      });
    },
  );

  test("and held by somebody else's finalizer is not waited for", async () => {
    const trouble = await leaving("kubernetes.io/pvc-protection", "example.com/hold");
    expect(trouble).toMatchObject({ lastingAfter: 15, remedy: expect.stringContaining("example.com/hold") as string });
    expect(trouble?.remedy).toContain("kubectl edit configmap c -n shiqi");
    expect(trouble?.fix).toBeUndefined();
  });
});

test.each([
  ["stringData", { stringData: { "tls.key": "wanted-secret" } }],
  ["data", { data: { "tls.key": base64("wanted-secret") } }],
])("what is in a Secret is told of neither side (%s)", async (_what, inputs) => {
  const metadata = { name: "s", namespace };
  const object = declared("Secret", "s", inputs);
  const others: (Record<string, string> | undefined)[] = [
    { "tls.key": base64("found-secret\nwith lines") },
    {},
    undefined,
  ];
  for (const data of others) {
    const cluster = smallCluster().add("Secret", { metadata, data });
    const text = JSON.stringify(await found(cluster, object));
    expect(text).toContain("data.tls.key was changed");
    for (const secret of ["wanted-secret", "found-secret"]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(base64(secret).slice(0, 12));
    }
  }
  const same = smallCluster().add("Secret", { metadata, data: { "tls.key": base64("wanted-secret") } });
  expect(await found(same, object)).toMatchObject({ passed: true });
});

test("a claim whose spec is another one is a loss, which is asked for", async () => {
  const cluster = smallCluster().add("PersistentVolumeClaim", {
    metadata: { name: "c", namespace },
    spec: { storageClassName: "other" },
  });
  const object = declared("PersistentVolumeClaim", "c", { spec: { storageClassName: "nfs-client" } });
  expect((await found(cluster, object))?.trouble?.loss).toContain("the claim shiqi/c as it is now");
  const labelled = declared("PersistentVolumeClaim", "c", { metadata: { name: "c", labels: { a: "b" } } });
  expect((await found(cluster, labelled))?.trouble?.loss).toBeUndefined();
});

test("a pod that nothing else makes is made by Pulumi when it cannot start", async () => {
  const waiting = { waiting: { reason: "ErrImagePull", message: "" } };
  const status = { containerStatuses: [{ name: "c", state: waiting } as never] };
  const finding = await found(smallCluster().add("Pod", pod("app", status)), declared("Pod", "app"));
  expect(finding?.trouble).toMatchObject({ fix: apply, lastingAfter: 15 });
});
