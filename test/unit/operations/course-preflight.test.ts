import { courseChecks, type KnownInfrastructure } from "../../../operations/preflight/course-preflight";
import { ClusterReader } from "../../../stacks/cluster-reader";
import { courseSchema, infrastructureSchema } from "../../../stacks/config-schema";
import type { InfrastructureOutputs } from "../../../stacks/infrastructure";
import { FakeCluster, nodeList, NODES } from "../stacks/fake-cluster";
import { only, outputs, required } from "../stacks/run-course";

const key = { "storage-lab:sshPrivateKey": "PRIVATE" };
const made = outputs as Partial<InfrastructureOutputs>;
const base = {
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24"] },
  nodes: [{ name: "node1", host: "192.168.110.11" }],
};

let cluster: FakeCluster;
beforeAll(async () => {
  cluster = await FakeCluster.start({ [NODES]: nodeList({ node1: "node1", node2: undefined }) });
});
afterAll(() => cluster.stop());

/** What is found of a course, by its change of the smallest config. */
async function look(
  change: object = {},
  known: KnownInfrastructure = { outputs: made },
  values: Record<string, string> = key,
) {
  const config = courseSchema.parse({ ...required, ...change });
  const reader = await ClusterReader.open({ kubeconfig: cluster.kubeconfig() });
  return courseChecks({ stack: "school", config, values }, known, reader);
}
const said = async (...args: Parameters<typeof look>) =>
  (await look(...args)).map(({ state, found }) => [state, found]);

test("all that the config names is there", async () => {
  expect(await look()).toEqual([
    {
      subject: "school",
      title: "what its config names is there, in the stack infra and in the cluster",
      state: "good",
      found: undefined,
    },
  ]);
});

test.each<[string, object, string]>([
  [
    "class",
    { storageClass: "slow" },
    'course.storageClass ("slow") is no class of the stack infra, which has nfs-client',
  ],
  ["further export", { export: "archive" }, 'course.export ("archive") is no further export of the stack infra'],
  [
    "class of the CSI driver",
    { sections: { csi: true }, csiStorageClass: "fast" },
    'course.csiStorageClass ("fast") is no class of the CSI driver',
  ],
  ["node", { localNode: "node7" }, 'course.localNode ("node7") is no node of the cluster, which has: node1, node2.'],
  ["label of the node", { localNode: "node2" }, "is a node without the label kubernetes.io/hostname"],
])("a %s that is not there, in the program's words", async (_what, change, words) => {
  expect(await said(change)).toEqual([["missing", expect.stringContaining(words)]]);
});

test("a way in to the NAS that lacks, next to what else does", async () => {
  expect(await said({ localNode: "node7" }, undefined, {})).toEqual([
    [
      "missing",
      "storage-lab:sshPrivateKey is missing. Set it: pulumi config set --secret sshPrivateKey -s school < KEYFILE",
    ],
    ["missing", expect.stringContaining("node7")],
  ]);
});

test("neither node nor way in is asked for where no section needs it", async () => {
  expect(await said({ localNode: "node7", sections: only("redisTemplate") }, undefined, {})).toEqual([
    ["good", undefined],
  ]);
});

test("an export that existed has no directories to archive", async () => {
  expect(await said({ onDelete: "archive" }, { outputs: { ...made, nas: undefined } })).toEqual([
    ["missing", expect.stringContaining('course.onDelete ("archive")')],
  ]);
});

describe("the infrastructure", () => {
  test.each<[string, KnownInfrastructure, string]>([
    ["there is no such stack", {}, "there is no stack infra"],
    ["it was not applied", { outputs: {} }, "the stack infra holds no infrastructure"],
  ])("%s", async (_title, known, words) => {
    expect(await said({}, known)).toEqual([["missing", expect.stringContaining(words)]]);
  });

  const further = [
    { name: "archive", existing: { server: "192.168.110.20", path: "/volume1" }, storageClasses: [{ name: "slow" }] },
  ];
  const config = infrastructureSchema.parse({ ...base, csi: {}, nodePods: {}, additional: further });

  test.each<[string, KnownInfrastructure]>([
    ["for the first time", { config }],
    ["with what it lacks", { outputs: made, config }],
  ])("is applied before, %s", async (_title, known) => {
    const change = { storageClass: "slow", export: "archive", sections: { csi: true } };
    expect(await said(change, known)).toEqual([["planned", "after pulumi up -s infra"]]);
    expect(await said({ ...change, storageClass: "other" }, known)).toEqual([
      ["missing", expect.stringContaining("which has nfs-client, nfs-client-retain, slow")],
    ]);
    expect(await said(change, known, {})).toEqual([["planned", expect.any(String)]]);
    expect(await said({}, { config }, {})).toEqual([["missing", expect.stringContaining("sshPrivateKey is missing")]]);
  });
});
