import { csiDeletionError, subDirError } from "../../../components/storage/csi-nfs-directory";
import { CsiStorageClass, type CsiStorageClassArgs } from "../../../components/storage/csi-storage-class";
import { deploy, valueOf } from "../mocks";

const args: CsiStorageClassArgs = { server: "192.168.110.168", share: "/nfs" };
/** With values of any kind: what TypeScript refuses, a program in plain JavaScript says all the same. */
const make = (change: object = {}) => new CsiStorageClass("nfs-csi", { ...args, ...change });

async function made(change?: object) {
  let component: CsiStorageClass | undefined;
  const { inputs } = await deploy(() => (component = make(change)));
  return {
    inputs: inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-csi-class"),
    effect: await valueOf(component!.deletionEffect),
  };
}

const CLAIM = "${pvc.metadata.namespace}/${pvc.metadata.name}";
const VOLUME = "team/${pv.metadata.name}";
const SHARED = "everybody";

test("is upstream's class by default, and keeps volumes and data", async () => {
  const { inputs, effect } = await made();
  expect(inputs).toMatchObject({
    metadata: { name: "nfs-csi" },
    provisioner: "nfs.csi.k8s.io",
    reclaimPolicy: "Retain",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  });
  expect(inputs.parameters).toEqual({ server: "192.168.110.168", share: "/nfs", onDelete: "delete" });
  expect(inputs).not.toHaveProperty("mountOptions");
  expect(effect).toBe("Deleting a claim of class nfs-csi keeps its volume (Released) and its directory with all data.");
});

test("carries what it is given", async () => {
  const { inputs } = await made({
    className: "other",
    isDefault: true,
    server: "fd00::10",
    share: "/",
    subDir: CLAIM,
    onDelete: "retain",
    mountPermissions: "0777",
    mountOptions: ["nfsvers=4.2"],
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: false,
    driverName: "nfs.example.org",
  });
  expect(inputs).toMatchObject({
    metadata: { name: "other", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "nfs.example.org",
    parameters: { server: "[fd00::10]", share: "/", subDir: CLAIM, onDelete: "retain", mountPermissions: "0777" },
    mountOptions: ["nfsvers=4.2"],
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: false,
  });
});

describe("refused, before anything is made", () => {
  test.each<[object, string]>([
    [{ server: "" }, 'server of CsiStorageClass nfs-csi: "" is neither an address nor a host name'],
    [{ server: "nas#other" }, "is neither an address nor a host name"],
    [{ share: "nfs" }, 'share of CsiStorageClass nfs-csi: "nfs" is not absolute'],
    [{ share: "/nfs/../etc" }, 'share of CsiStorageClass nfs-csi: "/nfs/../etc" has "." or ".." in it'],
    [{ share: "/nfs#x" }, 'has a "#" in it'],
    [{ mountPermissions: "rwx" }, 'mountPermissions of CsiStorageClass nfs-csi: "rwx" is not an octal mode'],
    [{ mountPermissions: "0999" }, "is not an octal mode"],
    [{ subDir: "../x", onDelete: "retain" }, 'subDir of CsiStorageClass nfs-csi: "../x" has "." or ".." in it'],
    [{ onDelete: "keep" }, 'CsiStorageClass nfs-csi: onDelete "keep" is none of delete, archive, retain'],
    [{ subDir: SHARED }, 'CsiStorageClass nfs-csi: subDir "everybody" can give several claims the same directory'],
  ])("%j", async (change, sentence) => {
    const registered: string[] = [];
    await expect(deploy(() => make(change), { onRegister: (name) => registered.push(name) })).rejects.toThrow(sentence);
    expect(registered).not.toContain("nfs-csi-class");
  });
});

describe("subDir", () => {
  test.each([
    CLAIM,
    VOLUME,
    SHARED,
    "${pvc.metadata.name}",
    "a/${pvc.metadata.namespace}_${pvc.metadata.name}/b",
    "${pv.metadata.name}",
  ])("%s is good", (subDir) => expect(subDirError(subDir)).toBeUndefined());

  test.each([
    ["", '"" is the export itself'],
    ["/x", '"/x" is absolute'],
    ["..", '".." has "." or ".." in it'],
    ["${pvc.metadata.name}/../x", '"${pvc.metadata.name}/../x" has "." or ".." in it'],
    ["./x", 'has "." or ".." in it'],
    ["x/", 'has a "/" too many'],
    ["a//b", 'has a "/" too many'],
    ["a#b", "may hold letters, digits"],
    ["a\\..\\b", "may hold letters, digits"],
    ["a b", "may hold letters, digits"],
    ["${.PVC.name}", '"${.PVC.name}" has a variable that is none'],
    ["${pvc.metadata.uid}", "has a variable that is none"],
    ["${pvc.metadata.labels.team}", "has a variable that is none"],
    ["${pvc.metadata.annotations.dir}", "has a variable that is none"],
    ["$x", "has a variable that is none"],
  ])("%j is refused", (subDir, words) => expect(subDirError(subDir)).toContain(words));
});

/** Ways of deletion that each may be used with. */
test.each([
  [undefined, ["delete", "archive", "retain"]],
  ["${pv.metadata.name}", ["delete", "archive", "retain"]],
  [VOLUME, ["delete", "archive", "retain"]],
  [CLAIM, ["delete", "retain"]],
  ["${pvc.metadata.name}.${pvc.metadata.namespace}", ["delete", "retain"]],
  // "a-b" + "c" and "a" + "b-c".
  ["${pvc.metadata.namespace}-${pvc.metadata.name}", ["retain"]],
  ["${pvc.metadata.namespace}${pvc.metadata.name}", ["retain"]],
  ["${pvc.metadata.name}", ["retain"]],
  ["${pvc.metadata.namespace}", ["retain"]],
  [SHARED, ["retain"]],
])("%s can be deleted by %j", (subDir, ways) => {
  const works = (["delete", "archive", "retain"] as const).filter(
    (onDelete) => csiDeletionError({ onDelete, subDir }) === undefined,
  );
  expect(works).toEqual(ways);
});

const DELETES = { reclaimPolicy: "Delete" };
test.each<[object, string]>([
  [{ ...DELETES }, "deletes its volume and its directory with all data, for good."],
  [
    { ...DELETES, onDelete: "archive" },
    "deletes its volume and renames its directory to archived-<directory>; the data stay.",
  ],
  [{ ...DELETES, onDelete: "retain" }, "deletes its volume and leaves its directory with all data."],
  [{ ...DELETES, subDir: VOLUME }, "deletes its volume and its directory with all data, for good."],
  [
    { ...DELETES, subDir: CLAIM },
    "for good; a later claim of the same namespace and name gets the same directory: make it only once the old volume is gone, or its data go as well.",
  ],
  [
    { ...DELETES, subDir: CLAIM, onDelete: "retain" },
    "leaves its directory with all data; a later claim of the same namespace and name gets the same directory with them.",
  ],
  [
    { ...DELETES, subDir: SHARED, onDelete: "retain" },
    "leaves its directory with all data; other claims get the same directory with them.",
  ],
  [{ onDelete: "archive" }, "keeps its volume (Released) and its directory with all data."],
  [
    { subDir: CLAIM },
    "keeps its volume (Released) and its directory with all data; a later claim of the same namespace and name gets",
  ],
])("%j: the reader is told", async (change, words) => expect((await made(change)).effect).toContain(words));
