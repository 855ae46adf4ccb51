import type { V1PersistentVolume } from "@kubernetes/client-node";
import { fateLine, whatGoes } from "../../../operations/destroy/what-goes";

const volume = (
  claim: string,
  storageClassName: string,
  persistentVolumeReclaimPolicy = "Delete",
): V1PersistentVolume => ({
  spec: { storageClassName, persistentVolumeReclaimPolicy, claimRef: { namespace: "shiqi", name: claim } },
});
const storageClass = (name: string, parameters?: Record<string, string>) => ({
  metadata: { name },
  provisioner: "p",
  parameters,
});
const all = () => true;

test.each<[string, Record<string, string> | undefined, string]>([
  ["onDelete: delete", { onDelete: "delete" }, "deleted"],
  ["onDelete: retain", { onDelete: "retain" }, "kept"],
  ["onDelete: archive", { onDelete: "archive" }, "archived"],
  ["archiveOnDelete: false", { archiveOnDelete: "false" }, "deleted"],
  ["onDelete before archiveOnDelete", { onDelete: "retain", archiveOnDelete: "false" }, "kept"],
  ["neither", undefined, "archived"],
])("a class with %s", (_what, parameters, fate) => {
  const [found] = whatGoes([volume("a", "c")], [storageClass("c", parameters)], all);
  expect(found).toEqual({ storageClass: "c", fate, claims: ["shiqi/a"] });
});

test.each([
  ["share#dir#uuid#", "deleted"],
  ["share#dir#uuid#retain", "kept"],
  ["share#dir#uuid#Archive", "archived"],
])("a CSI volume nas#%s is of the class as it was when it was made", (rest, fate) => {
  const { spec } = volume("a", "c");
  const csi = { driver: "nfs.csi.k8s.io", volumeHandle: `nas#${rest}` };
  const [found] = whatGoes([{ spec: { ...spec, csi } }], [storageClass("c", { onDelete: "delete" })], all);
  expect(found?.fate).toBe(fate);
});

test("the volume's own policy counts: it may be kept by hand", () => {
  const [found] = whatGoes([volume("a", "c", "Retain")], [storageClass("c", { onDelete: "delete" })], all);
  expect(found?.fate).toBe("kept");
});

test("claims that stay, and volumes that no claim has, are not told", () => {
  expect(whatGoes([volume("a", "c"), { spec: { storageClassName: "c" } }], [], () => false)).toEqual([]);
});

test("claims of one class and fate are one line", () => {
  const fates = whatGoes([volume("a", "c"), volume("b", "c")], [storageClass("c", { onDelete: "delete" })], all);
  expect(fates.map(fateLine)).toEqual(["c: the data of shiqi/a, shiqi/b is deleted, for good"]);
});
