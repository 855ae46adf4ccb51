import { exercises } from "../../../exercises/sections/exercises";
import { FakeCluster } from "./fake-cluster";
import { FakeCsi } from "./fake-csi";
import { runExercise, seen } from "./run-exercise";

// Waits are over at once: time passes only where it is looked at.
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

beforeEach(() => {
  let now = Date.UTC(2026, 10, 26, 7, 50);
  jest.spyOn(Date, "now").mockImplementation(() => (now += 70));
});

afterEach(() => jest.restoreAllMocks());

const csiExercises = exercises.filter(({ section }) => section === "csi").map(({ id }) => id);

test.each(csiExercises)("%s fails at once on a cluster without the driver, and says what to switch on", async (id) => {
  const { reason, remedy } = await runExercise(id, new FakeCluster());
  expect(reason).toBe("not in this cluster: CSIDriver nfs.csi.k8s.io");
  expect(remedy).toContain("infrastructure.csi");
  expect(remedy).toContain("sections.csi");
});

describe("csi-walk", () => {
  it.each([{ upstream: false }, { upstream: true }])("shows each step with its time ($upstream)", async (errors) => {
    const cluster = new FakeCsi(errors);
    const result = await runExercise("csi-walk", cluster);
    expect(result.reason).toBeUndefined();
    expect(result.evidence.map(({ label }) => label.replace(/csi-nfs-node\S+/, "PLUGIN"))).toEqual([
      "1 claim created",
      "2 CreateVolume in the controller's log",
      "3 PersistentVolume created",
      "4 Bound",
      "5 pod scheduled",
      "6 VolumeAttachment created",
      "7 attached",
      "8 event SuccessfulAttachVolume",
      "9 NodePublishVolume in the log of PLUGIN",
      "10 container started, with the mount",
      "11 pod deleted",
      "12 NodeUnpublishVolume in the same log",
      "13 VolumeAttachment gone",
      "14 claim deleted",
      "15 DeleteVolume in the controller's log",
      "16 PersistentVolume gone",
    ]);
    for (const { value } of result.evidence) expect(value).toMatch(/^07:5\d:\d\d(\.\d{3})? \S/);
    expect(seen(result)).toContain("7 attached: 07:50:");
    expect(seen(result)).toContain("set by csi-attacher");
    expect(seen(result)).toMatch(/nas:\/nfs\/pvc-uid-\d+ on \/mnt\/volume type nfs4/);
    for (const kind of ["VolumeAttachment", "PersistentVolume", "Namespace"] as const) {
      expect(cluster.names(kind)).toEqual([]);
    }
  });

  it("fails when a step was before one that must come first, by more than clocks differ", async () => {
    const { reason, remedy } = await runExercise("csi-walk", new FakeCsi({ skew: -8000 }));
    expect(reason).toMatch(/"NodePublishVolume in the log of \S+" should come after ".*", but was at 07:49:/);
    expect(remedy).toContain("clocks");
  });

  it("passes when clocks differ a little", async () => {
    expect((await runExercise("csi-walk", new FakeCsi({ skew: -1500 }))).reason).toBeUndefined();
    expect((await runExercise("csi-walk", new FakeCsi({ skew: 1500 }))).reason).toBeUndefined();
  });

  it.each([
    [
      { silent: ["CreateVolume"] },
      /the call CreateVolume for volume pvc-\S+: timed out after 90 s: the log of Pod csi-/,
    ],
    [{ silent: ["NodePublishVolume"] }, /the call NodePublishVolume for .*: the log of Pod csi-nfs-node-node1/],
    [{ silent: ["NodeUnpublishVolume"] }, /the call NodeUnpublishVolume for/],
    [{ silent: ["DeleteVolume"] }, /the call DeleteVolume for/],
    [{ foreignDriver: true }, /should be of driver nfs\.csi\.k8s\.io, but is of other/],
    [{ noAttacher: true }, /the VolumeAttachment of volume .*: timed out after 60 s: csi-.*attached false/],
    [{ keepsAttachments: true }, /the VolumeAttachment of volume .* to node node1 to be gone: timed out/],
  ])("fails with %j", async (errors, expected) => {
    expect((await runExercise("csi-walk", new FakeCsi(errors))).reason).toMatch(expected);
  });
});
