import type { V1PersistentVolume } from "@kubernetes/client-node";
import { finishDeletion, giveBackPolicies, POLICY_BEFORE } from "../../../operations/restore/finish-deletion";
import type { FakeCluster } from "../exercises/fake-cluster";
import { FakeVolumes } from "../exercises/fake-volumes";
import type { DeclaredObject } from "../../../operations/probe/declared";
import { declared, namespace, NotedStep, pod, smallCluster } from "./small-lab";

const deletionTimestamp = new Date();
const target = { kind: "PersistentVolumeClaim", namespace, name: "claim" };
const ofClaim = [{ name: "v", persistentVolumeClaim: { claimName: "claim" } }];
const redis = declared("StatefulSet", "redis");
const owner = (kind: string, name: string) => ({ apiVersion: "apps/v1", kind, name, uid: "o", controller: true });
const volume = (policy: string, ref: object, more: object = {}): V1PersistentVolume => ({
  metadata: { name: "pv", uid: "pv", ...more },
  spec: { persistentVolumeReclaimPolicy: policy, claimRef: { namespace, name: "claim", ...ref } },
  status: { phase: "Bound" },
});

/** What the controllers do: the claim goes with its last pod, and its volume is then Released. */
function withControllers(cluster: FakeCluster): FakeCluster {
  cluster.onRemove = () => {
    const held = cluster.objects.some(
      ({ kind, object }) => kind === "Pod" && !object.metadata?.name?.startsWith("other"),
    );
    if (held) return;
    cluster.objects.splice(
      cluster.objects.findIndex(({ kind }) => kind === "PersistentVolumeClaim"),
      1,
    );
    const found = cluster.objects.find(({ kind }) => kind === "PersistentVolume")?.object as V1PersistentVolume;
    found.status = { phase: "Released" };
  };
  cluster.onPatch = (kind, object) => {
    const found = object as V1PersistentVolume;
    if (kind === "PersistentVolume" && found.status?.phase === "Released" && !found.spec?.claimRef?.uid)
      found.status = { phase: "Available" };
  };
  return cluster;
}

function deletedClaim(policy: string, owned = owner("StatefulSet", "redis")): FakeCluster {
  return withControllers(smallCluster())
    .add("PersistentVolumeClaim", {
      metadata: { name: "claim", namespace, uid: "old", deletionTimestamp },
      spec: { volumeName: "pv" },
    })
    .add("PersistentVolume", volume(policy, { uid: "old" }))
    .add(
      "Pod",
      pod(
        "redis-0",
        {},
        {
          metadata: { name: "redis-0", namespace, ownerReferences: [owned] },
          spec: { containers: [], volumes: ofClaim },
        },
      ),
    )
    .add("Pod", pod("other-0"));
}

test("a claim goes with the stacks' pods that hold it; its volume stays, and waits for the next claim of its name", async () => {
  const cluster = deletedClaim("Delete");
  const said = await finishDeletion(cluster, target, [redis], new NotedStep());
  expect(said).toContain("PersistentVolumeClaim shiqi/claim is deleted, and is made again with its volume pv");
  expect(cluster.names("Pod")).toEqual(["other-0"]);
  const after = await cluster.find("PersistentVolume", "pv");
  expect(after?.spec?.claimRef).toEqual({ namespace, name: "claim" });
  // Else the provisioner would delete its data.
  expect(after?.spec?.persistentVolumeReclaimPolicy).toBe("Retain");
  expect(after?.metadata?.annotations?.[POLICY_BEFORE]).toBe("Delete");
});

test("the volume waits for the next claim before this one goes: its class would make another one at once", async () => {
  const cluster = deletedClaim("Delete");
  const refs: unknown[] = [];
  const { onRemove } = cluster;
  cluster.onRemove = (...args) => {
    const found = cluster.objects.find(({ kind }) => kind === "PersistentVolume")?.object as V1PersistentVolume;
    refs.push(structuredClone(found.spec?.claimRef));
    onRemove?.(...args);
  };
  await finishDeletion(cluster, target, [redis], new NotedStep());
  expect(refs).toEqual([{ namespace, name: "claim" }]);
});

test("so does a claim whose volume was deleted with it", async () => {
  const cluster = new FakeVolumes();
  const of = { name: "claim", namespace };
  await cluster.create("PersistentVolumeClaim", { metadata: of, spec: { storageClassName: "nfs-client" } });
  const volumeName = (await cluster.find("PersistentVolumeClaim", "claim", namespace))?.spec?.volumeName ?? "";
  const bound = await cluster.find("PersistentVolume", volumeName);
  bound!.metadata!.finalizers = ["kubernetes.io/pv-protection"];
  const metadata = { name: "redis-0", namespace, ownerReferences: [owner("StatefulSet", "redis")] };
  await cluster.create("Pod", { metadata, spec: { containers: [], volumes: ofClaim } });
  await cluster.remove("PersistentVolume", volumeName);
  await cluster.remove("PersistentVolumeClaim", "claim", namespace);
  const directories = [...cluster.directories];

  await finishDeletion(cluster, target, [redis], new NotedStep());
  const after = await cluster.find("PersistentVolume", volumeName);
  expect(after).toMatchObject({ status: { phase: "Available" }, spec: { persistentVolumeReclaimPolicy: "Retain" } });
  expect(after?.spec?.claimRef).toEqual({ namespace, name: "claim" });
  expect(after?.metadata?.deletionTimestamp).toBeUndefined();
  expect([...cluster.directories]).toEqual(directories);
});

test("a volume that Kubernetes would wipe is kept, too", async () => {
  const cluster = deletedClaim("Recycle");
  await finishDeletion(cluster, target, [redis], new NotedStep());
  expect((await cluster.find("PersistentVolume", "pv"))?.spec?.persistentVolumeReclaimPolicy).toBe("Retain");
});

test("a volume that another claim has is not touched", async () => {
  const cluster = deletedClaim("Delete");
  const theirs = await cluster.find("PersistentVolume", "pv");
  theirs!.spec!.claimRef = { namespace, name: "theirs", uid: "theirs" };
  const before = JSON.stringify(theirs?.spec);
  await finishDeletion(cluster, target, [redis], new NotedStep());
  expect(JSON.stringify((await cluster.find("PersistentVolume", "pv"))?.spec)).toBe(before);
});

test.each([
  ["a pod of nobody", undefined],
  ["a pod of another StatefulSet", owner("StatefulSet", "theirs")],
  ["a pod of a Deployment that only begins alike", owner("ReplicaSet", "redis-more-7f")],
])("%s that holds the claim is left alone, and nothing is changed", async (_what, owned) => {
  const cluster = deletedClaim("Delete");
  const [foreign] = cluster.objects.filter(({ object }) => object.metadata?.name === "redis-0");
  foreign!.object.metadata = { name: "theirs", namespace, ownerReferences: owned && [owned] };
  const before = JSON.stringify(cluster.objects);
  const finishing = finishDeletion(cluster, target, [redis, declared("Deployment", "redis")], new NotedStep());
  await expect(finishing).rejects.toMatchObject({ remedy: "Delete them: kubectl delete pod theirs -n shiqi" });
  expect(JSON.stringify(cluster.objects)).toBe(before);
});

test("a claim that came back meanwhile is nobody's to delete", async () => {
  const cluster = smallCluster().add("PersistentVolumeClaim", { metadata: { name: "claim", namespace, uid: "new" } });
  expect(await finishDeletion(cluster, target, [redis], new NotedStep())).toBeUndefined();
  expect(cluster.names("PersistentVolumeClaim")).toEqual(["claim"]);
});

test("a volume in use is made anew as it was, under its claim", async () => {
  const more = { deletionTimestamp, finalizers: ["kubernetes.io/pv-protection"], labels: { a: "b" } };
  const cluster = smallCluster()
    .add("PersistentVolumeClaim", { metadata: { name: "claim", namespace, uid: "old" } })
    .add("PersistentVolume", volume("Retain", { uid: "old", resourceVersion: "5" }, more));
  cluster.onPatch = (kind, object) => {
    if (kind === "PersistentVolume" && !object.metadata?.finalizers) void cluster.remove(kind, "pv");
  };
  await finishDeletion(cluster, { kind: "PersistentVolume", name: "pv" }, [], new NotedStep());
  const made = await cluster.find("PersistentVolume", "pv");
  expect(made?.metadata).toEqual({ name: "pv", labels: { a: "b" }, annotations: undefined });
  expect(made?.spec?.claimRef).toEqual({ namespace, name: "claim", uid: "old", resourceVersion: undefined });
  // Whoever may change the claim must not be able to say what volume is made.
  const claim = await cluster.find("PersistentVolumeClaim", "claim", namespace);
  expect(claim?.metadata).toEqual({ name: "claim", namespace, uid: "old" });
});

test("a volume whose claim is another one by now is not made for that", async () => {
  const cluster = smallCluster()
    .add("PersistentVolumeClaim", { metadata: { name: "claim", namespace, uid: "new" } })
    .add("PersistentVolume", volume("Retain", { uid: "old" }, { deletionTimestamp }));
  setTimeout(() => void cluster.remove("PersistentVolume", "pv"), 100);
  const said = await finishDeletion(cluster, { kind: "PersistentVolume", name: "pv" }, [], new NotedStep());
  expect(said).toBe("PersistentVolume pv is deleted, and is made again");
  expect(cluster.names("PersistentVolume")).toEqual([]);
});

describe("a volume gets back the policy that it had", () => {
  const kept = (phase: string) => ({
    ...volume("Retain", { uid: "new" }, { annotations: { [POLICY_BEFORE]: "Delete" } }),
    status: { phase },
  });
  const after = async (phase: string, metadata?: object, volumes: DeclaredObject[] = []) => {
    const cluster = smallCluster().add("PersistentVolume", kept(phase));
    if (metadata) cluster.add("PersistentVolumeClaim", { metadata: { name: "claim", namespace, ...metadata } });
    await giveBackPolicies(cluster, volumes);
    return (await cluster.find("PersistentVolume", "pv"))!;
  };

  test("once its claim is there again", async () => {
    const { spec, metadata } = await after("Bound", { uid: "new" });
    expect(spec?.persistentVolumeReclaimPolicy).toBe("Delete");
    expect(metadata?.annotations).toEqual({});
  });

  test("not where somebody has written another text there", async () => {
    const marked = volume("Retain", { uid: "new" }, { annotations: { [POLICY_BEFORE]: "Bogus" } });
    const cluster = smallCluster()
      .add("PersistentVolume", marked)
      .add("PersistentVolumeClaim", { metadata: { name: "claim", namespace, uid: "new" } });
    await giveBackPolicies(cluster, []);
    const found = await cluster.find("PersistentVolume", "pv");
    expect(found?.spec?.persistentVolumeReclaimPolicy).toBe("Retain");
    expect(found?.metadata?.annotations).toEqual({});
  });

  test("not where a stack declares it: somebody had changed that by hand", async () => {
    const { spec, metadata } = await after("Bound", { uid: "new" }, [declared("PersistentVolume", "pv")]);
    expect(spec?.persistentVolumeReclaimPolicy).toBe("Retain");
    expect(metadata?.annotations).toEqual({});
  });

  test.each<[string, string, object | undefined]>([
    ["it waits for its claim", "Available", undefined],
    ["its claim is gone", "Bound", undefined],
    ["its claim is another one", "Bound", { uid: "other" }],
    ["its claim is going, which would take the data along", "Bound", { uid: "new", deletionTimestamp }],
  ])("not where %s", async (_what, phase, metadata) => {
    expect((await after(phase, metadata)).spec?.persistentVolumeReclaimPolicy).toBe("Retain");
  });
});
