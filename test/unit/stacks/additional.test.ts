import * as pulumi from "@pulumi/pulumi";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { infrastructure, type InfrastructureOutputs } from "../../../stacks/infrastructure";
import { deploy, valueOf } from "../mocks";
import { outputs, required, run as runCourse, setSecrets } from "./run-course";

const COMMAND = "command:remote:Command";
const clients = ["192.168.110.0/24"];
const settings = {
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients },
  nodes: [
    { name: "node1", host: "192.168.110.11" },
    { name: "node2", host: "192.168.110.12" },
  ],
};
const archive = { name: "archive", export: { path: "/srv/archive", clients, profile: "hardened" } };
const other = { name: "other", nas: { name: "nas2", host: "192.168.110.169" }, export: { path: "/nfs", clients } };
const old = { name: "old", existing: { server: "nas.school.lan", path: "/volume1/k8s" }, mountOptions: ["nfsvers=3"] };

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

const run = (change: object) => {
  let made: Awaited<ReturnType<typeof infrastructure>> | undefined;
  return deploy(async () => {
    made = await infrastructure(infrastructureSchema.parse({ ...settings, ...change }));
  }).then((deployment) => ({ ...deployment, made: made! }));
};

/** The errors of a config, by their keys. */
function errorsOf(change: object): Record<string, string> {
  const result = infrastructureSchema.safeParse({ ...settings, ...change });
  return Object.fromEntries((result.error?.issues ?? []).map(({ path, message }) => [path.join("."), message]));
}

test("each export has its server, its proof on every node, a provisioner and a class", async () => {
  const { names, inputs } = await run({ additional: [archive, other, old] });
  expect(names(COMMAND).sort()).toEqual(
    [
      ...["nas-export", "archive-export", "other-export", "node1-mount", "node2-mount"],
      ...["archive", "other", "old"].flatMap((name) => [`node1-${name}-mount`, `node2-${name}-mount`]),
    ].sort(),
  );
  expect(inputs(COMMAND, "archive-export")).toHaveProperty("connection.value.host", "192.168.110.168");
  expect(inputs(COMMAND, "other-export")).toHaveProperty("connection.value.host", "192.168.110.169");
  expect(inputs(COMMAND, "node1-old-mount").stdin).toContain("MOUNT_OPTIONS='nfsvers=3'");
  expect(inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-client-archive-class")).toMatchObject({
    provisioner: "k8s-sigs.io/nfs-subdir-external-provisioner-archive",
    parameters: { archiveOnDelete: "true" },
  });
  expect(names("kubernetes:core/v1:Namespace").sort()).toEqual([
    "provisioner-archive-namespace",
    "provisioner-namespace",
    "provisioner-old-namespace",
    "provisioner-other-namespace",
  ]);
  const roles = names("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").map(
    (name) => (inputs("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", name).metadata as { name: string }).name,
  );
  expect(new Set(roles).size).toBe(4);
});

test("without one nothing is different", async () => {
  const [plain, empty] = [await run({}), await run({ additional: [] })];
  expect(empty.resources).toEqual(plain.resources);
  expect(Object.keys(plain.made)).not.toContain("additional");
});

test("the outputs name each export, and the classes of all", async () => {
  const { made } = await run({ additional: [archive, old] });
  expect(await valueOf(pulumi.output(made.storageClasses))).toEqual([
    "nfs-client",
    "nfs-client-retain",
    "nfs-client-archive",
    "nfs-client-old",
  ]);
  const further = (await valueOf(pulumi.output(made.additional))) as Record<string, object>;
  expect(further).toMatchObject({
    archive: { nas: { host: "192.168.110.168" }, nfs: { server: "192.168.110.168", path: "/srv/archive" } },
    old: {
      nfs: { server: "nas.school.lan", path: "/volume1/k8s" },
      mountOptions: ["nfsvers=3"],
      provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner-old",
      storageClasses: ["nfs-client-old"],
    },
  });
  expect(Object.keys(further.old ?? {})).not.toContain("nas");
});

test("classes of the CSI driver are on the export that they name", async () => {
  const csi = { storageClasses: [{ name: "nfs-csi" }, { name: "csi-archive", export: "archive" }] };
  const { inputs } = await run({ additional: [archive], csi });
  expect(inputs("kubernetes:storage.k8s.io/v1:StorageClass", "csi-archive-class")).toMatchObject({
    parameters: { share: "/srv/archive" },
  });
  expect(inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-csi-class")).toMatchObject({
    parameters: { share: "/nfs" },
  });
});

describe("what two exports would take from each other is an error", () => {
  test.each<[string, object, string, RegExp]>([
    ["the name", { additional: [archive, { ...other, name: "archive" }] }, "additional.1.name", /archive, as another/],
    ["a host's name", { additional: [{ ...archive, name: "node1" }] }, "additional.0.name", /names a host already/],
    [
      "the folder",
      { additional: [{ ...archive, export: { path: "/nfs", clients } }] },
      "additional.0.export.path",
      /192\.168\.110\.168:\/nfs/,
    ],
    [
      "the namespace",
      { additional: [{ ...archive, provisioner: { namespace: "nfs-provisioner" } }] },
      "additional.0.provisioner.namespace",
      /nfs-provisioner/,
    ],
    [
      "the provisioner's name",
      { additional: [{ ...archive, provisioner: { name: "k8s-sigs.io/nfs-subdir-external-provisioner" } }] },
      "additional.0.provisioner.name",
      /as another export's: name another one/,
    ],
    [
      "a class",
      { additional: [{ ...archive, storageClasses: [{ name: "nfs-client" }] }] },
      "additional.0.storageClasses.0.name",
      /nfs-client is another class's/,
    ],
    [
      "a NAS's name",
      { additional: [{ ...other, nas: { ...other.nas, name: "nas" } }] },
      "additional.0.nas.name",
      /names another host/,
    ],
    [
      "the CSI driver's namespace",
      { additional: [{ ...archive, provisioner: { namespace: "csi-nfs" } }], csi: {} },
      "csi.namespace",
      /is additional\[0\]\.provisioner\.namespace already/,
    ],
    [
      "the namespace of its own pods on nodes",
      { additional: [{ ...archive, provisioner: { namespace: "nfs-node-proof-archive" } }], nodePods: {} },
      "nodePods.namespace",
      /makes nfs-node-proof-archive .* which is additional\[0\]\.provisioner\.namespace/,
    ],
    [
      "the CSI driver's name",
      { additional: [{ ...archive, provisioner: { name: "nfs.csi.k8s.io" } }], csi: {} },
      "additional.0.provisioner.name",
      /CSI driver's name/,
    ],
    [
      "directories of a class of the CSI driver",
      {
        additional: [
          {
            ...archive,
            storageClasses: [{ name: "a", reclaimPolicy: "Delete", pathPattern: "${.PVC.namespace}_${.PVC.name}" }],
          },
        ],
        csi: {
          storageClasses: [
            {
              name: "b",
              export: "archive",
              reclaimPolicy: "Retain",
              subDir: "${pvc.metadata.namespace}_${pvc.metadata.name}",
            },
          ],
        },
      },
      "csi.storageClasses.0.subDir",
      /in additional\[0\]\.storageClasses\[0\]\.pathPattern/,
    ],
    [
      "the name of what proves it on a node",
      { nodes: [...settings.nodes, { name: "node1-archive", host: "192.168.110.13" }], additional: [archive] },
      "additional.0.name",
      /makes node1-archive of the node node1/,
    ],
    ["an existing export", { additional: [old, { ...old, name: "older" }] }, "additional.1.existing.path", /volume1/],
  ])("%s", (_what, change, key, words) => {
    expect(errorsOf(change)).toMatchObject({ [key]: expect.stringMatching(words) as string });
  });

  test("the same pattern of a CSI class on another export is none", () => {
    const classes = [{ name: "a", pathPattern: "${.PVC.namespace}_${.PVC.name}" }];
    const subDir = "${pvc.metadata.namespace}_${pvc.metadata.name}";
    const csi = { storageClasses: [{ name: "b", reclaimPolicy: "Retain", subDir }] };
    expect(errorsOf({ additional: [{ ...archive, storageClasses: classes }], csi })).toEqual({});
  });

  test("the same folder of another NAS is none", () => {
    expect(errorsOf({ additional: [other] })).toEqual({});
  });
});

test.each<[string, object, string, RegExp]>([
  ["neither export nor existing", { name: "a" }, "additional.0.export", /is missing/],
  ["both", { ...archive, existing: old.existing }, "additional.0.existing", /next to/],
  [
    "clients that admit no node",
    { name: "a", export: { path: "/a", clients: ["10.0.0.0/8"] } },
    "additional.0.export.clients",
    /nodes\[\d\]\.host/,
  ],
  [
    "a path that the CSI driver cannot mount",
    { name: "a", existing: { server: "nas2", path: "/a#b" } },
    "additional.0.existing.path",
    /"#"/,
  ],
  ["a name that is too long", { ...archive, name: "a".repeat(21) }, "additional.0.name", /20 in all/],
])("an export with %s", (_what, each, key, words) => {
  const csi = { storageClasses: [{ name: "csi-a", export: "a" }] };
  expect(errorsOf({ additional: [each], csi })).toMatchObject({ [key]: expect.stringMatching(words) as string });
});

test("the namespace of the pods that prove it has to be short enough", () => {
  const error = { "nodePods.namespace": expect.stringContaining("longer than 63 characters") as string };
  expect(errorsOf({ additional: [archive], nodePods: { namespace: "n".repeat(56) } })).toEqual(error);
  expect(errorsOf({ additional: [archive], nodePods: { namespace: "n".repeat(55) } })).toEqual({});
});

test("a CSI class of an export that is not there", () => {
  const csi = { storageClasses: [{ name: "a", export: "archiv" }] };
  expect(errorsOf({ additional: [archive], csi })).toEqual({
    "csi.storageClasses.0.export": "is no further export: additional has archive",
  });
});

describe("a course", () => {
  const further: Partial<InfrastructureOutputs>["additional"] = {
    archive: {
      nas: { name: "nas", host: "192.168.110.168", port: 22, user: "root" },
      nfs: { server: "192.168.110.168", path: "/srv/archive" },
      provisionerNamespace: "nfs-provisioner-archive",
      provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner-archive",
      storageClasses: ["nfs-client-archive"],
    },
  };
  const stacks = { infra: { ...outputs, additional: further } };

  test("has its static volumes on the export that it names", async () => {
    const { inputs } = await runCourse({ ...required, export: "archive" }, { stacks });
    expect(inputs("kubernetes:core/v1:PersistentVolume", "shiqi-redis-volume")).toMatchObject({
      spec: { nfs: { path: "/srv/archive/shiqi-redis" } },
    });
  });

  test("is told which there are", async () => {
    await expect(runCourse({ ...required, export: "constructor" }, { stacks })).rejects.toThrow("which has archive");
    await expect(runCourse({ ...required, export: "archiv" }, { stacks })).rejects.toThrow(
      /course\.export \("archiv"\) is no further export of the stack infra, which has archive\./,
    );
  });
});
