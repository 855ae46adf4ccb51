import { FakeVolumes, type Errors } from "./fake-volumes";
import { runExercise, seen } from "./run-exercise";

describe("on a cluster that does as Kubernetes does", () => {
  it.each([
    ["static-pair", "the foreign claim then: Pending"],
    ["volume-states", "Delete: claim deleted: Failed"],
    ["volume-states", "Retain: claim deleted: Released"],
    ["claim-states", "Lost: the controller's event: ClaimLost: Bound claim has lost its PersistentVolume"],
    [
      "claim-states",
      "Terminating: deleted while a pod uses it: Bound, deletionTimestamp set, kept by kubernetes.io/pvc-protection",
    ],
    ["claim-ref-states", "complete: the owner's claim created again: Pending"],
    ["claim-ref-states", "no-uid: owner has the volume: Bound"],
    ["claim-ref-states", "gone: foreign has the volume: Bound"],
    [
      "claim-ref-names",
      "names a claim that does not exist: Available, claimRef storage-lab-exercise-claim-ref-names/nobody, no uid",
    ],
    ["claim-ref-names", "names a claim that is bound to another volume: Available"],
    [
      "claim-ref-names",
      "changed while Bound: Bound, and at the end Bound, claimRef storage-lab-exercise-claim-ref-names/bound",
    ],
    ["default-class", "no class named, and a volume without one: claim matched: Bound, class none"],
    ["default-class", 'storageClassName: "": Pending'],
    ["default-class", "no class named: claim early: Bound, class storage-lab-exercise-default-class"],
  ])("%s passes and tells: %s", async (id, line) => {
    const cluster = new FakeVolumes();
    const before = cluster.names("PersistentVolume");
    const result = await runExercise(id, cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(line);
    expect(cluster.names("PersistentVolume")).toEqual(before);
    expect(cluster.names("Namespace")).toEqual([]);
    expect(cluster.names("StorageClass")).toEqual(["nfs-client", "nfs-client-retain"]);
  });
});

describe("on a cluster that does not", () => {
  beforeEach(() => {
    // Waits are over after a few looks.
    let now = 0;
    jest.spyOn(Date, "now").mockImplementation(() => (now += 15_000));
  });

  afterEach(() => jest.restoreAllMocks());

  it.each<[string, Errors, RegExp]>([
    ["claim-states", { unprotected: true }, /should be marked for deletion and kept, but it is deleted/],
    [
      "claim-ref-states",
      { ignoresClaimRefs: true },
      /-no-uid to be Available: timed out after 60 s: it is Bound, claimRef \S+foreign-no-uid/,
    ],
    [
      "static-pair",
      { ignoresClaimRefs: true },
      /about storage-lab-exercise-static-pair\/foreign: timed out after 40 s/,
    ],
    ["default-class", { namesClasses: true }, /default-class\/matched names no class, but was given standard/],
    ["default-class", { fillsEmptyClasses: true }, /empty-class to be Pending: timed out after 60 s: it is Bound/],
  ])("%s fails", async (id, errors, reason) => {
    const result = await runExercise(id, new FakeVolumes(errors));
    expect(result.passed).toBe(false);
    expect(result.reason).toMatch(reason);
  });
});
