import type { V1PersistentVolumeSpec } from "@kubernetes/client-node";
import { Failure, WrongUse } from "../../../exercises/runner/failure";
import { inspect, repair } from "../../../operations/restore/released-volume";
import { FakeVolumes } from "../exercises/fake-volumes";

const name = "pv";
const claim = { namespace: "shiqi", name: "claim" };

/** A volume that was a claim's, which is gone. */
async function released(spec: V1PersistentVolumeSpec = {}): Promise<FakeVolumes> {
  const cluster = new FakeVolumes();
  await cluster.create("PersistentVolume", {
    metadata: { name },
    spec: {
      nfs: { server: "nas", path: "/nfs/data" },
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "",
      claimRef: { ...claim, uid: "gone", resourceVersion: "7" },
      ...spec,
    },
  });
  return cluster;
}

const makeClaim = (cluster: FakeVolumes, volumeName?: string) =>
  cluster.create("PersistentVolumeClaim", { metadata: claim, spec: { storageClassName: "", volumeName } });

test("shows whose data it is, and keeps the volume for a claim of the same name", async () => {
  const cluster = await released();
  const found = await inspect(cluster, name);
  expect(found.lines).toEqual([
    "volume pv: Released, claimRef shiqi/claim, uid gone, reclaim policy Retain",
    "data:  nas:/nfs/data",
    "of:    claim shiqi/claim, which is not there",
  ]);
  expect(found.refused).toBeUndefined();
  const after = await repair(cluster, found);
  expect(after.status?.phase).toBe("Available");
  expect(after.spec?.claimRef).toEqual(claim);
});

test("where the claim waits already, it gets its volume", async () => {
  const cluster = await released();
  const { metadata } = await makeClaim(cluster);
  const after = await repair(cluster, await inspect(cluster, name));
  expect(after.status?.phase).toBe("Bound");
  expect(after.spec?.claimRef?.uid).toBe(metadata?.uid);
});

test("the change is refused when the volume was changed meanwhile", async () => {
  const cluster = await released();
  const found = await inspect(cluster, name);
  if (found.volume.metadata) found.volume.metadata.resourceVersion = "12";
  const patch = jest.spyOn(cluster, "patch").mockRejectedValue(new Failure("the object has been modified"));
  await expect(repair(cluster, found)).rejects.toThrow("the object has been modified");
  expect(patch.mock.calls[0]?.[3]).toEqual({
    metadata: { resourceVersion: "12" },
    spec: { claimRef: { uid: null, resourceVersion: null } },
  });
});

test("a volume that is in order is left alone", async () => {
  const reserved = await inspect(await released({ claimRef: claim }), name);
  expect(reserved.inOrder).toBe("it is Available and reserved for claim shiqi/claim: create that claim");
  const free = await inspect(await released({ claimRef: undefined }), name);
  expect(free.inOrder).toBe("it is Available, and the next matching claim gets it");
});

test("a Bound volume is refused", async () => {
  const cluster = await released({ claimRef: claim });
  await makeClaim(cluster);
  const { refused } = await inspect(cluster, name);
  expect(refused?.message).toMatch(/the volume pv is Bound to shiqi\/claim: there is nothing to repair/);
  expect(refused?.remedy).toContain("kubectl delete pvc claim -n shiqi");
});

test("a volume that may be deleted at any moment is refused, with the way to keep it", async () => {
  const { refused } = await inspect(await released({ persistentVolumeReclaimPolicy: "Delete" }), name);
  expect(refused?.message).toMatch(/reclaim policy Delete: it may be deleted at any moment/);
  expect(refused?.remedy).toContain(`kubectl patch pv pv -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`);
});

test("a volume whose owner has another volume by now is refused", async () => {
  const cluster = await released();
  await makeClaim(cluster, "other");
  expect((await inspect(cluster, name)).refused?.message).toBe(
    "the claim shiqi/claim exists again and has another volume, other: pv would wait for it forever",
  );
});

test("a volume that is not there is wrong use, with the names of those that could be meant", async () => {
  const looked = inspect(await released(), "nonsense");
  await expect(looked).rejects.toThrow(WrongUse);
  await expect(looked).rejects.toMatchObject({
    message: "there is no volume nonsense",
    remedy: "Released volumes: pv",
  });
});
