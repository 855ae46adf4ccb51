import * as pulumi from "@pulumi/pulumi";
import { csiNfsSource, type CsiNfsSourceArgs } from "../../../components/storage/csi-nfs-source";
import { StaticVolume, type VolumeSource } from "../../../components/storage/static-volume";
import { deploy } from "../mocks";

const directory: CsiNfsSourceArgs = { server: "192.168.110.168", share: "/nfs", subDir: "shiqi/redis" };
const RETAINED = "192.168.110.168#nfs#shiqi/redis##retain";

const make = (source: VolumeSource, change: object = {}) =>
  deploy(
    () =>
      new StaticVolume("redis", {
        volumeName: "pv",
        claimName: "pvc",
        namespace: "shiqi",
        capacity: "64Mi",
        source,
        ...change,
      }),
  );
const volume = async (...given: Parameters<typeof make>) =>
  (await make(...given)).inputs("kubernetes:core/v1:PersistentVolume", "redis-volume");
const csi = async (source: VolumeSource) => ((await volume(source)).spec as { csi: object }).csi;

test("is written as the driver reads it, and keeps the directory", async () => {
  expect(await csi(csiNfsSource(directory))).toEqual({
    driver: "nfs.csi.k8s.io",
    volumeHandle: RETAINED,
    volumeAttributes: { server: "192.168.110.168", share: "/nfs", subDir: "shiqi/redis" },
  });
});

test.each<[object, object]>([
  [{ id: "one" }, { volumeHandle: "192.168.110.168#nfs#shiqi/redis#one#retain" }],
  [{ onDelete: "archive" }, { volumeHandle: "192.168.110.168#nfs#shiqi/redis##archive" }],
  [{ share: "/srv/nfs" }, { volumeHandle: "192.168.110.168#srv/nfs#shiqi/redis##retain" }],
  [{ share: "/" }, { volumeHandle: "192.168.110.168##shiqi/redis##retain" }],
  [{ server: "fd00::10" }, { volumeHandle: "[fd00::10]#nfs#shiqi/redis##retain" }],
  [{ readOnly: true }, { readOnly: true }],
  [{ driverName: pulumi.output("nfs.csi.k8s.io") }, { driver: "nfs.csi.k8s.io" }],
  [{ server: pulumi.output("nas") }, { volumeHandle: "nas#nfs#shiqi/redis##retain" }],
])("%j", async (change, part) => expect(await csi(csiNfsSource({ ...directory, ...change }))).toMatchObject(part));

test("the share itself can be mounted", async () => {
  expect(await csi(csiNfsSource({ server: "nas", share: "/nfs" }))).toMatchObject({
    volumeHandle: "nas#nfs###retain",
    volumeAttributes: { server: "nas", share: "/nfs" },
  });
});

test("a mode is an attribute, and no part of the id", async () => {
  expect(await csi(csiNfsSource({ ...directory, mountPermissions: "0755" }))).toMatchObject({
    volumeHandle: RETAINED,
    volumeAttributes: { mountPermissions: "0755" },
  });
});

const byHand = (change: object = {}): VolumeSource => ({
  type: "csi",
  driver: "nfs.csi.k8s.io",
  volumeHandle: "nas#nfs#data#",
  volumeAttributes: { server: "nas", share: "/nfs", subDir: "data" },
  ...change,
});

describe("a volume that the driver could not mount is refused", () => {
  test.each<[string, VolumeSource, string]>([
    ["no attributes", byHand({ volumeAttributes: undefined }), "wants the attributes server and share"],
    ["no share", byHand({ volumeAttributes: { server: "nas" } }), "wants the attributes server and share"],
    ["no server's name", csiNfsSource({ ...directory, server: "n as" }), "is neither an address nor a host name"],
    ["a relative share", csiNfsSource({ ...directory, share: "nfs" }), '"nfs" is not absolute'],
    ["a directory outside", csiNfsSource({ ...directory, subDir: "../etc" }), 'has "." or ".." in it'],
    ["an absolute directory", csiNfsSource({ ...directory, subDir: "/etc" }), '"/etc" is absolute'],
    ["a variable", csiNfsSource({ ...directory, subDir: "${pv.metadata.name}" }), "may hold letters, digits"],
    ["no mode", csiNfsSource({ ...directory, mountPermissions: "all" }), "is not an octal mode"],
    ["an id that leads elsewhere", byHand({ volumeHandle: "nas#nfs#../etc#" }), 'the id "nas#nfs#../etc#" has ".."'],
    ["an id of too many parts", csiNfsSource({ ...directory, id: "a#delete" }), 'has ".." or a "#" too many'],
    ["by another spelling", byHand({ volumeAttributes: { Server: "nas", SHARE: "nfs" } }), '"nfs" is not absolute'],
  ])("%s", async (_case, source, sentence) => {
    await expect(make(source)).rejects.toThrow(sentence);
    await expect(make(source)).rejects.toThrow(/^StaticVolume redis: source: /);
  });

  test("other drivers know what they want", async () => {
    await expect(make(byHand({ driver: "example.org/disk", volumeAttributes: {} }))).resolves.toBeDefined();
  });
});

describe("reclaim policy Delete", () => {
  const DELETE = { reclaimPolicy: "Delete" };

  test.each<[string, VolumeSource]>([
    ["a directory of its own", csiNfsSource({ ...directory, onDelete: "delete" })],
    ["an archive", csiNfsSource({ ...directory, onDelete: "archive" })],
    ["a directory that stays", csiNfsSource(directory)],
    ["the share, which stays", csiNfsSource({ server: "nas", share: "/nfs" })],
    ["an id by hand", byHand()],
  ])("is done for %s", async (_case, source) => {
    expect(await volume(source, DELETE)).toMatchObject({
      metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "nfs.csi.k8s.io" } },
      spec: { persistentVolumeReclaimPolicy: "Delete" },
    });
  });

  test.each<[string, VolumeSource, string]>([
    [
      "the whole share",
      csiNfsSource({ server: "nas", share: "/nfs", onDelete: "delete" }),
      "would delete the whole share with everybody's data",
    ],
    ["another directory", byHand({ volumeHandle: "nas#nfs#other#" }), 'what the id "nas#nfs#other#" names'],
    ["another share", byHand({ volumeHandle: "nas#srv#data#" }), "is not what it mounts"],
    ["another server", byHand({ volumeHandle: "nas2#nfs#data#" }), "is not what it mounts"],
    ["an id of the older form", byHand({ volumeHandle: "nas/nfs/other" }), "is not what it mounts"],
  ])("is refused for %s", async (_case, source, sentence) => {
    await expect(make(source, DELETE)).rejects.toThrow(sentence);
    await expect(make(source, DELETE)).rejects.toThrow(/^StaticVolume redis: reclaimPolicy: /);
    await expect(make(source)).resolves.toBeDefined();
  });
});
