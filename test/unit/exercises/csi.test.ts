import { ownedBy } from "../../../exercises/cluster/owned";
import { type CsiErrors, FakeCsi } from "./fake-csi";
import { runExercise, seen } from "./run-exercise";

// Waits are over at once: time passes only where it is looked at.
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

beforeEach(() => {
  let now = Date.UTC(2026, 10, 26, 7, 50);
  jest.spyOn(Date, "now").mockImplementation(() => (now += 70));
});

afterEach(() => jest.restoreAllMocks());

/** A cluster with the course's objects on the driver's class. */
async function withSection(errors: CsiErrors = {}): Promise<FakeCsi> {
  const made = new FakeCsi(errors);
  const metadata = { name: "pvc-csi", namespace: "shiqi" };
  await made.create("PersistentVolumeClaim", { metadata, spec: { storageClassName: "nfs-csi" } });
  return made.add("StatefulSet", {
    metadata: { name: "redis-csi", namespace: "shiqi" },
    spec: { selector: { matchLabels: { app: "redis-csi" } }, template: {} },
  });
}

describe("csi-expand", () => {
  const cluster = async (
    errors: CsiErrors = {},
    kept = 3 * 2 ** 20,
    redis = { value: "Hello, larger claim!", runs: 1 },
  ) => {
    const made = await withSection(errors);
    let asked = 0;
    made.onScript = (script) => {
      if (script.startsWith("head")) return String(3 * 2 ** 20);
      if (script.includes("INFO")) return asked++ === 0 ? "" : `# Server\nrun_id:run${Math.min(asked, redis.runs)}\n`;
      if (script.includes("redis-cli")) return script.includes("GET") ? `${redis.value}\nOK` : "OK\nOK";
      return String(kept);
    };
    return made;
  };

  it("shows that the claim grows and the pod stays", async () => {
    const result = await runExercise("csi-expand", await cluster());
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(
      "claim of 1Mi: Redis runs on it, and its pod wrote 3145728 bytes: NFS enforces no size",
    );
    expect(seen(result)).toContain("status.capacity: 1Mi → 4Mi");
    expect(seen(result)).toMatch(/the controller's log: ControllerExpandVolume nas#nfs#pvc-/);
    expect(seen(result)).toContain("event: VolumeResizeSuccessful");
    expect(seen(result)).toContain("Redis: the same process; GET key → Hello, larger claim!");
  });

  it.each([
    { value: "", runs: 1 },
    { value: "Hello, larger claim!", runs: 9 },
  ])("fails when Redis was not the same all the while: %j", async (redis) => {
    expect((await runExercise("csi-expand", await cluster({}, 3 * 2 ** 20, redis))).reason).toMatch(
      /restarted, or lost its data/,
    );
  });

  it.each([
    [{ noResizer: true }, 3 * 2 ** 20, /claim \S+ to have 4Mi: timed out after 60 s: its capacity is 1Mi/],
    [{ silent: ["ControllerExpandVolume"] }, 3 * 2 ** 20, /the call ControllerExpandVolume for/],
    [{ replacesPods: true }, 3 * 2 ** 20, /was replaced while its claim grew/],
    [{}, 5, /had 3145728 bytes, and has 5/],
  ])("fails with %j", async (errors, kept, expected) => {
    expect((await runExercise("csi-expand", await cluster(errors, kept))).reason).toMatch(expected);
  });

  it("fails for a class that does not allow it", async () => {
    const fixed = await cluster();
    await fixed.patch("StorageClass", "nfs-csi", undefined, { allowVolumeExpansion: false });
    expect((await runExercise("csi-expand", fixed)).reason).toMatch(/does not have allowVolumeExpansion: true/);
  });
});

describe("csi-restart", () => {
  const cluster = (errors = {}, beats = "1\n2\n3\n9", read = "beat"): FakeCsi => {
    const made = new FakeCsi(errors);
    let clock = 0;
    made.onScript = (script, pod) => {
      // The plugin is away from 1 to 5.
      if (script === "date +%s") return String((clock += clock === 0 ? 1 : 4));
      if (pod === "second") return read;
      return script.includes("touch stop") ? `10\n${beats}` : "";
    };
    return made;
  };

  it("shows that the pod works on, and that the new plugin mounts", async () => {
    const made = cluster();
    const result = await runExercise("csi-restart", made);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(/CSINode node1: nfs\.csi\.k8s\.io, nodeID node1/);
    expect(seen(result)).toContain('it reads "beat"; the new plugin\'s log: NodePublishVolume nas#nfs#pvc-');
    expect(seen(result)).toContain("wrote and read: 4 times in 9 s, with no pause of more than 6 s");
    expect(made.names("Pod").filter((name) => name?.startsWith("csi-nfs-node"))).toHaveLength(2);
  });

  it.each([
    [
      { noPlugin: true },
      "1\n2",
      "beat",
      /a new pod of the node plugin on node1: timed out after 240 s: the pod does not/,
    ],
    [{ keepsPlugin: true }, "1\n2", "beat", /a new pod of the node plugin on node1: timed out after 240 s/],
    [{ unregistered: true }, "1\n2", "beat", /CSINode node1 to list nfs\.csi\.k8s\.io: timed out after 60 s/],
    [{ silent: ["NodePublishVolume"] }, "1\n2", "beat", /the call NodePublishVolume for/],
    [{}, "1\n2", "", /the second pod reads "", not "beat"/],
    [{}, "0\n1\n6", "beat", /could not write and read for 5 s/],
    [{}, "-20\n2\n3", "beat", /could not write and read for 22 s/],
    [{}, "-20\n-19", "beat", /could not write and read for 29 s/],
  ])("fails with %j, beats %j, read %j", async (errors, beats, read, expected) => {
    expect((await runExercise("csi-restart", cluster(errors, beats, read))).reason).toMatch(expected);
  });
});

describe("csi-attach", () => {
  it("shows an attachment for each node, and one that nobody deletes", async () => {
    const cluster = new FakeCsi();
    const result = await runExercise("csi-attach", cluster);
    expect(result.reason).toBeUndefined();
    const gone = "storage-lab-exercise-csi-attach-gone";
    expect(seen(result)).toMatch(/a pod on node1: csi-\w+…: attacher nfs\.csi\.k8s\.io, node node1, attached true/);
    expect(seen(result)).toMatch(new RegExp(`a node that does not exist: .*node ${gone}, attached true`));
    expect(seen(result)).toContain(`no pod on node1 any more: attached to node2, ${gone}`);
    expect(seen(result)).toContain(`no pod on node2 any more: attached to ${gone}`);
    expect(seen(result)).toContain("deleted by hand: it is gone");
    expect(cluster.names("VolumeAttachment")).toEqual([]);
  });

  it.each([
    [{ keepsAttachments: true }, /the VolumeAttachment of volume .* to node node1 to be gone: timed out after 180 s/],
    [{ deletesForeign: true }, /should stay until it is deleted by hand, but somebody deleted it/],
  ])("fails with %j", async (errors, expected) => {
    expect((await runExercise("csi-attach", new FakeCsi(errors))).reason).toMatch(expected);
  });

  it("removes what an interrupted run left", async () => {
    const cluster = new FakeCsi().add("VolumeAttachment", {
      metadata: { name: "csi-left", labels: ownedBy("csi-attach") },
      spec: { attacher: "nfs.csi.k8s.io", nodeName: "gone", source: { persistentVolumeName: "pvc-old" } },
    });
    expect((await runExercise("csi-attach", cluster)).reason).toBeUndefined();
    expect(cluster.names("VolumeAttachment")).toEqual([]);
  });
});

describe("csi-services", () => {
  const cluster = withSection;

  it.each([{ upstream: false }, { upstream: true }])("tells who answers what (%j)", async (errors) => {
    const result = await runExercise("csi-services", await cluster(errors));
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(
      "Pod csi-nfs-controller-1: on node1, containers nfs, csi-provisioner, csi-attacher, csi-resizer",
    );
    expect(seen(result)).toMatch(/Identity: GetPluginInfo: csi-nfs-controller-1: (GRPC call: \S+)?GetPluginInfo/);
    expect(seen(result)).toMatch(/Node: NodeGetInfo: csi-nfs-node-node2-\d+: /);
    expect(seen(result)).toContain("Node: NodeGetCapabilities: not in the log: upstream's image logs it");
    expect(seen(result)).toContain("CSINode node2: nfs.csi.k8s.io, nodeID node2");
    expect(seen(result)).toMatch(/claim shiqi\/pvc-csi: Bound, .*volumeHandle nas#nfs#pvc-/);
  });

  it.each(["GetPluginInfo", "GetPluginCapabilities", "ControllerGetCapabilities", "NodeGetInfo"])(
    "fails when the log has no %s, and says what to do",
    async (call) => {
      const { reason, remedy } = await runExercise("csi-services", await cluster({ silent: [call] }));
      expect(reason).toMatch(new RegExp(`the log of container nfs of Pod csi-nfs/\\S+ has no line of ${call}`));
      expect(remedy).toContain("kubectl delete pod csi-nfs-");
    },
  );

  it("fails when a node has no plugin, when a sidecar is not ready, and when a node is not registered", async () => {
    const bare = await cluster({ noPlugin: true });
    await bare.remove("Pod", bare.names("Pod").at(-1) ?? "", "csi-nfs");
    expect((await runExercise("csi-services", bare)).reason).toMatch(/there is no Pod .* on node node2/);

    const unready = await cluster();
    const pod = await unready.find("Pod", "csi-nfs-controller-1", "csi-nfs");
    const resizer = pod?.status?.containerStatuses?.at(-1);
    if (resizer) resizer.ready = false;
    expect((await runExercise("csi-services", unready)).reason).toMatch(/has no container csi-resizer that is ready/);

    const unregistered = await cluster({ unregistered: true });
    await unregistered.remove("Pod", unregistered.names("Pod").at(-1) ?? "", "csi-nfs");
    expect((await runExercise("csi-services", unregistered)).reason).toMatch(/CSINode node2 does not list nfs\.csi/);
  });

  it("passes over a pod of the controller that was evicted, and fails when there is no other", async () => {
    const made = await cluster();
    const labels = { app: "csi-nfs-controller" };
    made.add("Pod", { metadata: { name: "evicted", namespace: "csi-nfs", labels }, status: { phase: "Failed" } });
    expect((await runExercise("csi-services", made)).reason).toBeUndefined();
    await made.remove("Pod", "csi-nfs-controller-1", "csi-nfs");
    expect((await runExercise("csi-services", made)).reason).toMatch(/there is no Pod .*: nothing makes volumes/);
  });

  it("fails when the class or the course's claim is of another driver", async () => {
    const claim = await runExercise("csi-services", await cluster({ foreignDriver: true }));
    expect(claim.reason).toMatch(/the volume pvc-\S+ should be of driver nfs\.csi\.k8s\.io, but is not/);
    const other = await cluster();
    await other.patch("StorageClass", "nfs-csi", undefined, { provisioner: "other" });
    const { reason } = await runExercise("csi-services", other);
    expect(reason).toBe("StorageClass nfs-csi is of provisioner other, not nfs.csi.k8s.io");
  });

  it("fails without the course's objects, and says what to switch on", async () => {
    const { reason, remedy } = await runExercise("csi-services", new FakeCsi());
    expect(reason).toBe("not in this cluster: PersistentVolumeClaim shiqi/pvc-csi");
    expect(remedy).toContain("sections.csi");
  });
});

describe("csi-redis", () => {
  const value = "Hello, Redis CSI!";

  /** The course's Redis on the class; its StatefulSet makes a new pod as soon as one is deleted. */
  const cluster = async (found: string): Promise<FakeCsi> => {
    const made = await withSection();
    const claim = { name: "data-redis-csi-0", namespace: "shiqi" };
    await made.create("PersistentVolumeClaim", { metadata: claim, spec: { storageClassName: "nfs-csi" } });
    const pod = (uid: string) => ({
      metadata: { name: "redis-csi-0", namespace: "shiqi", uid, labels: { app: "redis-csi" } },
      spec: {
        containers: [{ name: "redis", volumeMounts: [{ name: "data", mountPath: "/data" }] }],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim.name } }],
      },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    });
    made.add("Pod", pod("first"));
    made.onRemove = (kind, name) => kind === "Pod" && name === "redis-csi-0" && made.add("Pod", pod("second"));
    const mount = `nas:/nfs/${[...made.directories.keys()].at(-1)} /data nfs4 rw 0 0`;
    made.onScript = (script) => {
      if (script.includes("SET testkey")) return `OK\nOK\nOK\n${value}\nOK`;
      return script.includes("ls -ld /data") ? `${found}\ndirectory\nfile\n${mount}` : "OK\nOK";
    };
    return made;
  };

  it("passes when the new pod has the value, on the driver's mount", async () => {
    const result = await runExercise("csi-redis", await cluster(value));
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(`pod uid second: GET testkey → ${value}`);
    expect(seen(result)).toMatch(/mount: nas:\/nfs\/pvc-uid-\d+ on \/data type nfs4/);
  });

  it("fails when the value is gone", async () => {
    expect((await runExercise("csi-redis", await cluster(""))).reason).toMatch(/the data was lost/);
  });
});

describe("csi-reclaim", () => {
  it("shows what becomes of each directory, and removes what stays", async () => {
    const cluster = new FakeCsi();
    const result = await runExercise("csi-reclaim", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(/-delete \(Delete, server nas, .*onDelete delete.*\): directory deleted; volume gone/);
    expect(seen(result)).toMatch(
      /-retain \(Delete, .*\): directory kept: storage-lab-exercise-csi-reclaim-of-\S+ holds/,
    );
    expect(seen(result)).toMatch(
      /-archive \(Delete, .*\): directory archived: archived-storage-lab-exercise-csi-reclaim-/,
    );
    expect(cluster.names("StorageClass")).toEqual(["nfs-csi"]);
    expect(cluster.scripts.at(-1)).toContain(
      "rm -rf -- storage-lab-exercise-csi-reclaim-* archived-storage-lab-exercise-csi-reclaim-*",
    );
  });

  it("fails when a directory goes that should stay", async () => {
    expect((await runExercise("csi-reclaim", new FakeCsi({ deletesAll: true }))).reason).toMatch(
      /by class \S+-retain the directory of a deleted claim is kept, but \S+ was deleted/,
    );
  });

  it("fails for a class without server and share", async () => {
    const cluster = new FakeCsi();
    await cluster.patch("StorageClass", "nfs-csi", undefined, { parameters: { share: null } });
    expect((await runExercise("csi-reclaim", cluster)).reason).toMatch(/has no parameters server and share/);
  });
});
