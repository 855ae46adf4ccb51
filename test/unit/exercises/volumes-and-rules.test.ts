import { exercises } from "../../../exercises/sections/exercises";
import { bytes } from "../../../exercises/sections/rules/quota";
import { fateOf } from "../../../exercises/cluster/deleted-claims";
import { warningsIn } from "../../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../../exercises/runner/failure";
import { leftovers } from "../../../exercises/runner/leftovers";
import { ownedBy } from "../../../exercises/cluster/owned";
import { runExercises } from "../../../exercises/runner/run-exercises";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { FakeVolumes } from "./fake-volumes";
import { runExercise, seen } from "./run-exercise";

beforeEach(() => {
  // Waits are over after a few looks.
  let now = 0;
  jest.spyOn(Date, "now").mockImplementation(() => (now += 15_000));
});

afterEach(() => jest.restoreAllMocks());

describe("cloud", () => {
  it("passes on what the API server would store, and stores nothing", async () => {
    const cluster = new FakeVolumes();
    cluster.onDryRun = () => ({ warnings: ["spec.x is deprecated"] });
    const result = await runExercise("cloud", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain("volume aws-ebs: would be stored: awsElasticBlockStore");
    expect(seen(result)).toContain("StorageClass alicloud-disk-ssd: accepted, with the warning: spec.x is deprecated");
    expect(cluster.names("StorageClass")).toEqual(["nfs-client", "nfs-client-retain"]);
  });

  it("fails with the API server's words when it refuses", async () => {
    const cluster = new FakeVolumes();
    cluster.onDryRun = (kind) => (kind === "StorageClass" ? { accepted: undefined, refused: "unknown field" } : {});
    const { reason } = await runExercise("cloud", cluster);
    expect(reason).toBe("the API server rejects StorageClass alicloud-disk-ssd: unknown field");
  });

  it.each([
    [undefined, []],
    ['299 - "spec.x: is deprecated"', ["spec.x: is deprecated"]],
    [String.raw`299 - "one, \"quoted\"", 299 - "two"`, ['one, "quoted"', "two"]],
  ])("reads the warnings in %s", (header, expected) => {
    expect(warningsIn(header)).toEqual(expected);
  });
});

describe("quota", () => {
  const hard = {
    persistentvolumeclaims: "2",
    "requests.storage": "128Mi",
    "nfs-client.storageclass.storage.k8s.io/requests.storage": "64Mi",
  };
  const namespace = "shiqi-quota";

  /** A cluster that counts claims, and what they ask for only if it is told to. */
  const counting = (storage: boolean): FakeVolumes => {
    const cluster = new FakeVolumes();
    const status = { used: { persistentvolumeclaims: "0" } };
    cluster.add("ResourceQuota", { metadata: { name: "pvc-quota", namespace }, spec: { hard }, status });
    const refuse = (limit: string): never => {
      throw new Failure(`cannot create a claim: forbidden: exceeded quota: pvc-quota, limited: ${limit}`);
    };
    const create = cluster.create.bind(cluster);
    cluster.create = async (kind, object) => {
      if (kind === "PersistentVolumeClaim") {
        const spec = (
          object as { spec?: { resources?: { requests?: { storage?: string } }; storageClassName?: string } }
        ).spec;
        const asked = Number(spec?.resources?.requests?.storage);
        if (storage && asked > 2 ** 26 && spec?.storageClassName === "nfs-client") refuse(Object.keys(hard)[2] ?? "");
        if (storage && asked > 2 ** 27) refuse("requests.storage=128Mi");
        if ((await cluster.list(kind, { namespace })).length === 2) refuse("persistentvolumeclaims=2");
      }
      return create(kind, object);
    };
    return cluster;
  };

  it("passes when each limit is kept, and leaves no claim", async () => {
    const cluster = counting(true);
    const result = await runExercise("quota", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(
      "claim number 3: forbidden: exceeded quota: pvc-quota, limited: persistentvolumeclaims=2",
    );
    expect(seen(result)).toContain("one byte over requests.storage: forbidden");
    expect(await cluster.list("PersistentVolumeClaim", { namespace })).toEqual([]);
  });

  it("fails when a claim over the storage is taken", async () => {
    expect((await runExercise("quota", counting(false))).reason).toMatch(/exceeds requests\.storage, but was accepted/);
  });

  it.each([
    ["128Mi", 134217728],
    ["1k", 1000],
    ["5", 5],
    ["2Gi", 2147483648],
  ])("%s is %d bytes", (quantity, expected) => {
    expect(bytes(quantity)).toBe(expected);
  });
});

describe("reclaim", () => {
  const files = new Map<string, string>();

  /** The NAS as the exercise's pod sees it. */
  const nas = (cluster: FakeVolumes): FakeVolumes => {
    files.clear();
    cluster.onScript = (script) => {
      for (const [, words = "", directory = ""] of script.matchAll(/echo '([^']+)' > \/mnt\/volume\/([^/]+)\//g)) {
        files.set(directory, words);
      }
      const read = [...script.matchAll(/^cat \/mnt\/volume\/([^/]+)\//gm)].map(([, directory = ""]) => {
        const words = files.get(directory.replace("archived-", "")) ?? "";
        return cluster.directories.has(directory) ? words : "";
      });
      return [...read, "end"].join("\n");
    };
    return cluster;
  };

  it("tells what became of each directory", async () => {
    const cluster = nas(new FakeVolumes());
    cluster.onDryRun = () => ({ warnings: ["Recycle is deprecated"] });
    const result = await runExercise("reclaim", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(/nfs-client \(Delete, onDelete delete\): directory deleted; volume gone/);
    expect(seen(result)).toMatch(
      /nfs-client-retain \(Retain.*: directory kept: .* holds "data of of-nfs-client-retain"/,
    );
    expect(seen(result)).toMatch(/-archive \(Delete, archiveOnDelete true\): directory archived: archived-/);
    expect(seen(result)).toContain("Recycle, in a dry run: accepted, with the warning: Recycle is deprecated");
    expect(cluster.names("PersistentVolume")).toEqual(["pv-shiqi-redis"]);
    expect(cluster.names("StorageClass")).toEqual(["nfs-client", "nfs-client-retain"]);
    expect(cluster.scripts.at(-1)).toMatch(
      /rm -rf -- storage-lab-exercise-reclaim-\* archived-storage-lab-exercise-reclaim-\*/,
    );
  });

  it("fails when a directory stays that should be deleted", async () => {
    const { reason } = await runExercise("reclaim", nas(new FakeVolumes({ keepsDirectories: true })));
    expect(reason).toMatch(/by class nfs-client the directory of a deleted claim is deleted, but \S+ was kept/);
  });

  it.each([
    ["deleted", "Delete", { onDelete: "delete" }],
    ["deleted", "Delete", { archiveOnDelete: "false" }],
    ["archived", "Delete", { archiveOnDelete: "true" }],
    ["archived", "Delete", {}],
    ["kept", "Delete", { onDelete: "retain" }],
    ["kept", "Retain", { onDelete: "delete" }],
  ])("%s: reclaimPolicy %s, %j", (fate, reclaimPolicy, parameters) => {
    expect(fateOf({ provisioner: "nfs", reclaimPolicy, parameters })).toBe(fate);
  });
});

describe("no-provisioner-class", () => {
  const cluster = (errors = {}): FakeVolumes =>
    new FakeVolumes(errors).add("StorageClass", {
      metadata: { name: "fast-ssd" },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
    });

  it("passes when the claim waits for the pod", async () => {
    const result = await runExercise("no-provisioner-class", cluster());
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain("no pod yet: WaitForFirstConsumer: waiting for first consumer");
    expect(seen(result)).toContain("the pod: on node1");
  });

  it("fails when the claim is bound before", async () => {
    const { reason } = await runExercise("no-provisioner-class", cluster({ bindsAtOnce: true }));
    expect(reason).toMatch(/the event WaitForFirstConsumer about .*: timed out after 40 s/);
  });
});

describe("access-modes", () => {
  const told = (line: (volume: string) => string) => (script: string) =>
    [...script.matchAll(/echo "(\w+)\|/g)].map(([, volume = ""]) => line(volume)).join("\n");

  it("passes when NFS enforces nothing, the kernel readOnly, and the scheduler ReadWriteOncePod", async () => {
    const cluster = new FakeVolumes();
    cluster.onScript = (script, pod) =>
      told((volume) =>
        pod === "second" && volume === "rox"
          ? "rox|1|by-first|sh: can't create: Read-only file system"
          : `${volume}|0|by-other|`,
      )(script);
    const result = await runExercise("access-modes", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain("pod on node2 with readOnly: mounted, could not write (Read-only file system)");
    expect(seen(result)).toMatch(/ReadWriteOncePod, a second pod: FailedScheduling: .*ReadWriteOncePod/);
  });

  it("fails when a pod could not write where it may", async () => {
    const cluster = new FakeVolumes();
    cluster.onScript = told((volume) => `${volume}|${volume === "rwx" ? 1 : 0}|by-other|x: Permission denied`);
    expect((await runExercise("access-modes", cluster)).reason).toMatch(
      /both pods can write into a volume of mode ReadWriteMany, but the first mounted, could not write \(Permission denied\)/,
    );
  });
});

describe("provisioner", () => {
  const { provisionerNamespace: namespace, provisionerName: name } = courseSettings;
  const labels = { app: "nfs-client-provisioner" };

  it.each([
    [
      true,
      `"Successfully acquired lease" lock="x/${name.replace("/", "-")}"\n"Started provisioner controller" "${name}_1"`,
    ],
    [false, `"Successfully acquired lease" lock="x/${name.replace("/", "-")}"`],
    [false, '"Successfully acquired lease" lock="x/other"\n"Started provisioner controller" "other"'],
  ])("passes: %s, when its log says: %s", async (passed, log) => {
    const cluster = new FakeVolumes()
      .add("Pod", { metadata: { name: "pod", namespace, labels } })
      .add("Deployment", { metadata: { name: "nfs", namespace, labels }, status: { readyReplicas: 1 } });
    cluster.onLog = () => log;
    expect((await runExercise("provisioner", cluster)).passed).toBe(passed);
  });
});

describe("leftovers", () => {
  const count = async (cluster: FakeVolumes, listed: string) => {
    cluster.onScript = () => listed;
    const [result] = await runExercises([leftovers], cluster, { ...courseSettings, toolsImage: "tools" });
    if (!result) throw new Error("one check, one result");
    return result;
  };

  it("passes when there are none", async () => {
    const result = await count(new FakeVolumes(), "share\nshiqi-redis\narchived-default-claim");
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toBe("objects: 0\ndirectories of nas:/nfs: 0");
  });

  it("fails and names what is left in the cluster and on the NAS", async () => {
    const cluster = new FakeVolumes()
      .add("Node", { metadata: { name: "node3", labels: ownedBy("local-volume") } })
      .add("PersistentVolume", {
        metadata: { name: "pvc-1" },
        spec: { claimRef: { namespace: "storage-lab-exercise-reclaim", name: "kept" } },
      });
    const result = await count(cluster, "share\narchived-storage-lab-exercise-reclaim-claim-pvc-1");
    expect(result.reason).toBe("the exercises left 2 objects and 1 directories behind");
    expect(seen(result)).toContain("objects: 2 Node/node3 PersistentVolume/pvc-1");
  });
});

test("every exercise of volumes fails on a cluster without its objects, and names the first of them", async () => {
  const cluster = new FakeVolumes();
  const reasons = await Promise.all(
    ["host-path", "nfs-share", "local-volume", "quota", "no-provisioner-class"].map(async (id) => {
      expect(exercises.map((exercise) => exercise.id)).toContain(id);
      return (await runExercise(id, cluster)).reason;
    }),
  );
  expect(reasons).toEqual([
    "not in this cluster: PersistentVolumeClaim test/pvc-hostpath-data",
    "not in this cluster: PersistentVolumeClaim shiqi/pvc-nfs-share",
    "not in this cluster: PersistentVolumeClaim default/mysql-pvc",
    "not in this cluster: ResourceQuota shiqi-quota/pvc-quota",
    "not in this cluster: StorageClass fast-ssd",
  ]);
});
