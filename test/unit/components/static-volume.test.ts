import * as pulumi from "@pulumi/pulumi";
import { StaticVolume, type StaticVolumeArgs, type VolumeSource } from "../../../components/storage/static-volume";
import { deploy, valueOf } from "../mocks";

const VOLUME = "kubernetes:core/v1:PersistentVolume";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";

const args: StaticVolumeArgs = {
  volumeName: "pv-shiqi-redis",
  claimName: "pvc-shiqi-redis",
  namespace: "shiqi",
  source: { type: "nfs", server: "192.168.110.168", path: "/nfs/shiqi-redis" },
  capacity: "64Mi",
};
/** With values of any kind: what TypeScript refuses, a program in plain JavaScript says all the same. */
const make = (change: object = {}) => new StaticVolume("shiqi-redis", { ...args, ...change });

const SOURCES = {
  nfs: args.source,
  hostPath: { type: "hostPath", path: "/mnt/data" },
  local: { type: "local", path: "/mnt/disks/ssd1", nodes: ["k8s-worker-1"] },
  ebs: { type: "awsElasticBlockStore", volumeID: "vol-1234567890abcdef0" },
  csi: { type: "csi", driver: "ebs.csi.aws.com", volumeHandle: "vol-1234567890abcdef0" },
} as const satisfies Record<string, VolumeSource>;
const onLocal = { source: SOURCES.local, storageClassName: "local-storage" };

let warnings: jest.SpyInstance;
beforeEach(() => (warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue()));
afterEach(() => jest.restoreAllMocks());

/** The spec of the volume and of the claim. */
async function specs(change: object) {
  const { inputs } = await deploy(() => make(change));
  return {
    volume: inputs(VOLUME, "shiqi-redis-volume").spec as Record<string, unknown>,
    claim: inputs(CLAIM, "shiqi-redis-claim").spec as Record<string, unknown>,
  };
}

describe("sizes and names that cannot be", () => {
  test.each<[object, string]>([
    [
      { capacity: "5G", request: "5Gi" },
      'StaticVolume shiqi-redis: request: "5Gi" is more than the volume\'s capacity "5G", so the claim would never be bound',
    ],
    [{ capacity: "64MiB" }, 'StaticVolume shiqi-redis: capacity: "64MiB" is not a quantity: write 64Mi.'],
    [{ request: "5 Gi" }, 'StaticVolume shiqi-redis: request: "5 Gi" is not a quantity: write 5Gi.'],
    [{ capacity: "" }, 'StaticVolume shiqi-redis: capacity: "" is not a quantity: write a number and a unit'],
    [{ capacity: "0" }, 'StaticVolume shiqi-redis: capacity: "0" is no size: it must be more than 0.'],
    [{ volumeName: "pv_one" }, 'volumeName of StaticVolume shiqi-redis: "pv_one" is no name'],
    [{ claimName: "p".repeat(254) }, "claimName of StaticVolume shiqi-redis: the name "],
  ])("%j", async (change, sentence) => {
    await expect(deploy(() => make(change))).rejects.toThrow(sentence);
  });

  test("the same size in other words is good", async () => {
    await expect(deploy(() => make({ capacity: "1Gi", request: "1024Mi" }))).resolves.toBeDefined();
  });
});
test.each(["fd00::10", "[fd00::10]", "FD00:0::10"])(
  "an IPv6 server, given as %s, is in brackets once",
  async (server) => {
    const { volume } = await specs({ source: { ...SOURCES.nfs, server } });
    expect(volume.nfs).toMatchObject({ server: "[fd00::10]" });
  },
);

describe("a pair", () => {
  test("is bound from both sides, as the course's", async () => {
    const { inputs } = await deploy(() => make());
    expect(inputs(VOLUME, "shiqi-redis-volume")).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pv-shiqi-redis" },
      spec: {
        capacity: { storage: "64Mi" },
        accessModes: ["ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        nfs: { path: "/nfs/shiqi-redis", server: "192.168.110.168" },
        claimRef: { name: "pvc-shiqi-redis", namespace: "shiqi" },
      },
    });
    expect(inputs(CLAIM, "shiqi-redis-claim")).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "pvc-shiqi-redis", namespace: "shiqi" },
      spec: {
        accessModes: ["ReadWriteMany"],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: "",
        volumeName: "pv-shiqi-redis",
      },
    });
  });

  test("leaves claimRef out when told so, and keeps the claim's side", async () => {
    const { volume, claim } = await specs({ claimRef: false });
    expect(volume).not.toHaveProperty("claimRef");
    expect(claim).toMatchObject({ volumeName: "pv-shiqi-redis" });
  });

  test("is left to its class when neither names the other", async () => {
    const { volume, claim } = await specs({
      claimRef: false,
      claimNamesVolume: false,
      storageClassName: "nfs-unreserved",
    });
    expect(volume).not.toHaveProperty("claimRef");
    expect(claim).not.toHaveProperty("volumeName");
    expect([volume.storageClassName, claim.storageClassName]).toEqual(["nfs-unreserved", "nfs-unreserved"]);
  });

  test("gives both the class and the access modes that are asked for", async () => {
    const { volume, claim } = await specs({ storageClassName: "slow", accessModes: ["ReadWriteOnce"] });
    for (const spec of [volume, claim]) {
      expect(spec).toMatchObject({ storageClassName: "slow", accessModes: ["ReadWriteOnce"] });
    }
  });

  test("may have a claim that asks for less than there is", async () => {
    const { volume, claim } = await specs({ capacity: "10Gi", request: "5Gi" });
    expect(volume).toMatchObject({ capacity: { storage: "10Gi" } });
    expect(claim).toMatchObject({ resources: { requests: { storage: "5Gi" } } });
  });

  test("tells workloads its access modes", async () => {
    let pair: StaticVolume | undefined;
    await deploy(() => (pair = make({ source: SOURCES.hostPath })));
    expect(await valueOf(pair!.accessModes)).toEqual(["ReadWriteOnce"]);
  });
});

describe("sources", () => {
  test.each<[keyof typeof SOURCES, object, object]>([
    ["hostPath", {}, { hostPath: { path: "/mnt/data", type: "DirectoryOrCreate" } }],
    [
      "local",
      { storageClassName: "local-storage" },
      {
        local: { path: "/mnt/disks/ssd1" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["k8s-worker-1"] }] },
            ],
          },
        },
      },
    ],
    ["ebs", {}, { awsElasticBlockStore: { volumeID: "vol-1234567890abcdef0", fsType: "ext4" } }],
    ["csi", {}, { csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1234567890abcdef0" } }],
  ])("%s is written as Kubernetes has it, ReadWriteOnce by default", async (source, change, spec) => {
    const { volume } = await specs({ source: SOURCES[source], ...change });
    expect(volume).toMatchObject({ ...spec, accessModes: ["ReadWriteOnce"], persistentVolumeReclaimPolicy: "Retain" });
  });

  test.each(["nfs", "hostPath", "ebs", "csi"] as const)("%s has a claimRef or not", async (source) => {
    const claimRef = { name: "pvc-shiqi-redis", namespace: "shiqi" };
    expect((await specs({ source: SOURCES[source] })).volume).toMatchObject({ claimRef });
    expect((await specs({ source: SOURCES[source], claimRef: false })).volume).not.toHaveProperty("claimRef");
  });

  test("local is bound by nobody before its first pod, unless asked for", async () => {
    const waiting = await specs(onLocal);
    expect(waiting.volume).not.toHaveProperty("claimRef");
    expect(waiting.claim).not.toHaveProperty("volumeName");
    expect(waiting.claim).toMatchObject({ storageClassName: "local-storage" });
    const bound = await specs({ ...onLocal, claimRef: true, claimNamesVolume: true });
    expect(bound.volume).toHaveProperty("claimRef");
    expect(bound.claim).toMatchObject({ volumeName: "pv-shiqi-redis" });
  });

  test("csi that may be deleted says by whom, for external provisioners delete nothing else", async () => {
    const change = { source: SOURCES.csi, reclaimPolicy: "Delete" };
    const { inputs } = await deploy(() => make(change));
    expect(inputs(VOLUME, "shiqi-redis-volume")).toMatchObject({
      metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com" } },
      spec: { persistentVolumeReclaimPolicy: "Delete" },
    });
  });
});

describe("refused", () => {
  test.each<[string, object, string]>([
    ["Recycle", { reclaimPolicy: "Recycle" }, "reclaimPolicy: Recycle is deprecated, and wipes the data"],
    [
      "Delete on nfs",
      { reclaimPolicy: "Delete" },
      "reclaimPolicy: nothing can delete a static nfs volume, it would end Failed: use Retain, or a class of NfsStorageClass",
    ],
    [
      "Delete on local",
      { ...onLocal, reclaimPolicy: "Delete" },
      "reclaimPolicy: nothing can delete a static local volume, it would end Failed: use Retain, and clean the disk by hand",
    ],
    [
      "Delete on hostPath",
      { source: SOURCES.hostPath, reclaimPolicy: "Delete" },
      "reclaimPolicy: Kubernetes deletes hostPath volumes below /tmp only, /mnt/data would end Failed: use Retain",
    ],
    [
      "Delete on in-tree EBS",
      { source: SOURCES.ebs, reclaimPolicy: "Delete" },
      "it would end Failed: use Retain, or source csi with driver ebs.csi.aws.com",
    ],
    [
      "many nodes on hostPath",
      { source: SOURCES.hostPath, accessModes: ["ReadWriteMany"] },
      "accessModes: ReadWriteMany on hostPath would show each node a directory of its own: use ReadWriteOnce, or source nfs",
    ],
    [
      "many nodes on local",
      { ...onLocal, source: { ...SOURCES.local, nodes: ["a", "b"] }, accessModes: ["ReadOnlyMany"] },
      "accessModes: ReadOnlyMany on the local disks of a and b would show each node other data: name one node, or use source nfs",
    ],
    [
      "many nodes on in-tree EBS",
      { source: SOURCES.ebs, accessModes: ["ReadWriteOnce", "ReadWriteMany"] },
      "accessModes: an EBS disk is attached to one node at a time and cannot give ReadWriteMany: use ReadWriteOnce",
    ],
    [
      "many nodes on EBS's driver",
      { source: SOURCES.csi, accessModes: ["ReadWriteMany"] },
      "accessModes: a disk of ebs.csi.aws.com is attached to one node at a time and cannot give ReadWriteMany",
    ],
    [
      "ReadWriteOncePod next to others",
      { accessModes: ["ReadWriteOncePod", "ReadWriteOnce"] },
      "accessModes: ReadWriteOncePod does not go with other access modes",
    ],
    ["no access mode", { accessModes: [] }, "accessModes: a volume needs at least one access mode"],
    [
      "local without a node",
      { ...onLocal, source: { ...SOURCES.local, nodes: [] } },
      "source: a local volume needs nodes",
    ],
    ["local without a class", { source: SOURCES.local }, "source: a local volume needs a storageClassName"],
    [
      "a path that is not absolute",
      { source: { ...SOURCES.hostPath, path: "mnt" } },
      'source: path "mnt" must be absolute and without "..", such as /mnt/data',
    ],
    [
      "a path that leads elsewhere",
      { source: { ...args.source, path: "/nfs/../etc" } },
      'must be absolute and without ".."',
    ],
  ])("%s, with the reason and what to use", async (_case, change, sentence) => {
    const registered: string[] = [];
    const failing = deploy(() => make(change), { onRegister: (name) => registered.push(name) });
    await expect(failing).rejects.toThrow(sentence);
    await expect(failing).rejects.toThrow(/^StaticVolume shiqi-redis: .*[^.]\.$/);
    expect(registered).not.toContain("shiqi-redis-volume");
  });
});

describe("allowed", () => {
  test.each<[string, object]>([
    ["all modes of nfs", { accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"] }],
    ["many on one node's local disk", { ...onLocal, accessModes: ["ReadWriteMany"] }],
    [
      "many on a driver that may be able to",
      { source: { ...SOURCES.csi, driver: "x" }, accessModes: ["ReadWriteMany"] },
    ],
    ["ReadWriteOncePod on csi", { source: SOURCES.csi, accessModes: ["ReadWriteOncePod"] }],
  ])("%s, without a word", async (_case, change) => {
    await expect(deploy(() => make(change))).resolves.toBeDefined();
    expect(warnings).not.toHaveBeenCalled();
  });

  test.each<[string, object, string]>([
    [
      "ReadWriteOncePod on nfs",
      { accessModes: ["ReadWriteOncePod"] },
      "is kept by the scheduler and the kubelet, by nobody else",
    ],
    [
      "Delete on hostPath below /tmp",
      { source: { ...SOURCES.hostPath, path: "/tmp/x" }, reclaimPolicy: "Delete" },
      "removes /tmp/x of the machine that kube-controller-manager runs on",
    ],
  ])("%s, with a warning", async (_case, change, words) => {
    await deploy(() => make(change));
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining(words));
  });
});
