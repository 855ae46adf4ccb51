import type { V1PersistentVolume } from "@kubernetes/client-node";
import { requireUnused } from "../../../operations/destroy/claims-in-use";
import type { Failure } from "../../../exercises/runner/failure";
import { STACK_MARK } from "../../../stacks/mark-names";
import { FakeCluster } from "../exercises/fake-cluster";

const volume = (path: string, storageClassName: string, policy: string): V1PersistentVolume => {
  const [namespace, name] = path.split("/");
  return { spec: { storageClassName, persistentVolumeReclaimPolicy: policy, claimRef: { namespace, name } } };
};
const marked = (name: string, stack: string, namespace?: string) => ({
  metadata: { name, namespace, annotations: { [STACK_MARK]: stack } },
});

/** What is said of claims in use, by the marks that are there. */
async function remedyOf(...inUse: V1PersistentVolume[]): Promise<string[]> {
  const set = {
    ...marked("redis", "storage-lab/course-b", "default"),
    spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] },
  };
  const cluster = new FakeCluster()
    .add("Namespace", marked("shiqi", "storage-lab/course-a"))
    .add("PersistentVolumeClaim", marked("example", "other/lesson", "default"))
    .add("StatefulSet", set as never)
    .add("StorageClass", { metadata: { name: "nfs-client" }, provisioner: "p", parameters: { onDelete: "delete" } });
  const failure = await requireUnused(cluster, inUse).then(
    () => undefined,
    (error: Failure) => error,
  );
  return failure?.remedy?.split("\n") ?? [];
}

test("none is no error", async () => {
  await expect(requireUnused(new FakeCluster(), [])).resolves.toBeUndefined();
});

test.each([
  ["its namespace", "shiqi/mine", "./storage-lab destroy -s course-a"],
  ["the StatefulSet whose template made it", "default/data-redis-0", "./storage-lab destroy -s course-b"],
  ["its own mark, also of another project", "default/example", "pulumi destroy -s lesson (project other)"],
])("a claim of a stack, known by %s: that goes first, and no claim is to be deleted", async (_how, claim, command) => {
  expect(await remedyOf(volume(claim, "nfs-client", "Delete"))).toEqual([
    `Destroy the course first: ${command}`,
    "When the claims are deleted:",
    `· nfs-client: the data of ${claim} is deleted, for good`,
  ]);
});

test("claims of nobody known are not deleted before somebody was asked", async () => {
  expect(await remedyOf(volume("mine/a", "nfs-client", "Delete"), volume("shiqi/b", "keeping", "Retain"))).toEqual([
    "Destroy the course first: ./storage-lab destroy -s course-a",
    "When the claims are deleted:",
    "· keeping: the data of shiqi/b stays on the NAS",
    "· nfs-client: the data of mine/a is deleted, for good",
    "No stack has made these: ask whose they are, and what is in them, before you delete one",
    "kubectl delete pvc -n mine a",
  ]);
});
