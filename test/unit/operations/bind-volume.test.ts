import { bindVolume } from "../../../operations/restore/free-volume";
import { namespace, smallCluster } from "./small-lab";

const ref = { namespace, name: "claim" };

/** A volume that is kept for a claim which is Lost. */
const lost = (claimRef: object = ref, volumeName = "pv") =>
  smallCluster()
    .add("PersistentVolume", { metadata: { name: "pv", resourceVersion: "7" }, spec: { claimRef } })
    .add("PersistentVolumeClaim", {
      metadata: { name: "claim", namespace, uid: "of the claim" },
      spec: { volumeName },
      status: { phase: "Lost" },
    });

test("the volume gets the claim's uid, unless it was changed since it was looked at", async () => {
  const cluster = lost();
  const patch = jest.spyOn(cluster, "patch");
  expect(await bindVolume(cluster, "pv")).toBe("pv has its claim shiqi/claim again");
  expect(patch).toHaveBeenCalledWith("PersistentVolume", "pv", undefined, {
    metadata: { resourceVersion: expect.any(String) as string },
    spec: { claimRef: { uid: "of the claim" } },
  });
});

test.each([
  ["the volume has a claim by now", lost({ ...ref, uid: "another" })],
  ["the claim has another volume", lost(ref, "other")],
  ["the claim is gone", smallCluster().add("PersistentVolume", { metadata: { name: "pv" }, spec: { claimRef: ref } })],
])("nothing is done where %s", async (_what, cluster) => {
  const patch = jest.spyOn(cluster, "patch");
  expect(await bindVolume(cluster, "pv")).toBeUndefined();
  expect(patch).not.toHaveBeenCalled();
});
