import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { claimTrouble, volumeTrouble } from "../../../operations/probe/claim-health";
import { namespace, pod, smallCluster, viewOf } from "./small-lab";

const claim = (spec: V1PersistentVolumeClaim["spec"] = {}, phase = "Pending"): V1PersistentVolumeClaim => ({
  metadata: { name: "claim", namespace, uid: "new" },
  spec: { storageClassName: "", ...spec },
  status: { phase },
});
const volume = (claimRef: object | undefined, phase = "Released"): V1PersistentVolume => ({
  metadata: { name: "pv" },
  spec: { storageClassName: "", claimRef },
  status: { phase },
});
const free = { does: "free-volume", volume: "pv" };

async function troubleOf(of: V1PersistentVolumeClaim, ...volumes: V1PersistentVolume[]) {
  const cluster = smallCluster();
  for (const each of volumes) cluster.add("PersistentVolume", each);
  return claimTrouble(await viewOf(cluster), of);
}

test("a Bound claim with its own volume has none", async () => {
  const own = volume({ namespace, name: "claim", uid: "new" }, "Bound");
  expect(await troubleOf(claim({ volumeName: "pv" }, "Bound"), own)).toBeUndefined();
});

test("a volume that was of an earlier claim of the same name is freed", async () => {
  const trouble = await troubleOf(claim({ volumeName: "pv" }), volume({ namespace, name: "claim", uid: "old" }));
  expect(trouble).toMatchObject({ fix: free, lastingAfter: 15 });
});

test("so is one that the claim does not name, where no class makes another", async () => {
  const of = claim({ storageClassName: "manual" });
  const own = (ref: object) => ({ ...volume(ref), spec: { storageClassName: "manual", claimRef: ref } });
  expect((await troubleOf(of, own({ namespace, name: "claim", uid: "old" })))?.fix).toEqual(free);
  expect((await troubleOf(of, own({ namespace, name: "theirs", uid: "old" })))?.fix).toBeUndefined();
});

test.each([
  ["another claim", { namespace, name: "theirs", uid: "x" }],
  ["a claim of the same name in another namespace", { namespace: "other", name: "claim", uid: "x" }],
])("a volume that is kept for %s is never freed for this one", async (_what, ref) => {
  const trouble = await troubleOf(claim({ volumeName: "pv" }), volume(ref));
  expect(trouble?.reason).toContain(`is kept for ${ref.namespace}/${ref.name}`);
  expect(trouble?.fix).toBeUndefined();
});

test("a claim that has lost its volume is told, and nothing is done about it", async () => {
  const trouble = await troubleOf(claim({ volumeName: "pv" }, "Lost"));
  expect(trouble).toMatchObject({ lastingAfter: 15 });
  expect(trouble?.fix).toBeUndefined();
});

describe("a Lost claim whose volume is there", () => {
  const lost = claim({ volumeName: "pv" }, "Lost");

  test("is bound again where the volume is kept for it and knows of no claim", async () => {
    const trouble = await troubleOf(lost, volume({ namespace, name: "claim" }, "Available"));
    expect(trouble?.fix).toEqual({ does: "bind-volume", volume: "pv" });
  });

  test.each([
    ["is kept for another claim", { namespace, name: "theirs" }],
    ["is kept for a claim of that name elsewhere", { namespace: "other", name: "claim" }],
    ["is of an earlier claim", { namespace, name: "claim", uid: "old" }],
    ["is kept for nobody", undefined],
  ])("is left alone where the volume %s", async (_what, ref) => {
    expect((await troubleOf(lost, volume(ref, "Available")))?.fix).toBeUndefined();
  });
});

test("a class that is not there is waited for in vain, unless a volume of that class is free for the claim", async () => {
  const of = claim({ storageClassName: "fast-ssd" });
  expect(await troubleOf(of)).toMatchObject({ reason: expect.stringContaining("no StorageClass fast-ssd") as string });
  const own: V1PersistentVolume = { ...volume(undefined, "Available"), spec: { storageClassName: "fast-ssd" } };
  expect((await troubleOf(of, own))?.lastingAfter).toBeUndefined();
});

test("a claim whose class waits for a pod has none until one uses it", async () => {
  const cluster = smallCluster().add("StorageClass", {
    metadata: { name: "late" },
    provisioner: "p",
    volumeBindingMode: "WaitForFirstConsumer",
  });
  const of = claim({ storageClassName: "late" });
  expect(await claimTrouble(await viewOf(cluster), of)).toBeUndefined();
  const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "claim" } }];
  cluster.add("Pod", pod("user", {}, { spec: { containers: [], volumes } }));
  expect(await claimTrouble(await viewOf(cluster), of)).toBeDefined();
});

test("a Released volume is freed, a Failed one is only told", () => {
  const ref = { namespace, name: "claim", uid: "old" };
  expect(volumeTrouble(volume(ref))?.fix).toEqual(free);
  expect(volumeTrouble(volume(ref, "Failed"))).toMatchObject({ lastingAfter: 15 });
  expect(volumeTrouble(volume(ref, "Failed"))?.fix).toBeUndefined();
  expect(volumeTrouble(volume(ref, "Bound"))).toBeUndefined();
});
