import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../../../stacks/config";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { directorySettings, optionsFor } from "../../../stacks/export-schema";
import { infrastructure } from "../../../stacks/infrastructure";
import { deploy, valueOf } from "../mocks";

const COMMAND = "command:remote:Command";
const CLIENTS = ["192.168.110.0/24"];
const nodes = [
  { name: "node1", host: "192.168.110.11" },
  { name: "node2", host: "192.168.110.12" },
];
const settings = (change: object) => ({
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients: CLIENTS, ...change },
  nodes,
});
const parsed = (change: object) => infrastructureSchema.parse(settings(change)).export!;

function errorsOf(change: object, more: object = {}): string[] {
  const values = {
    "storage-lab:program": "infrastructure",
    "storage-lab:sshPrivateKey": "PRIVATE",
    "storage-lab:infrastructure": JSON.stringify({ ...settings(change), ...more }),
  };
  try {
    parseConfig({ stack: "test", values, secretKeys: ["storage-lab:sshPrivateKey"] });
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.replace("  - storage-lab:infrastructure.export.", ""));
  }
  return [];
}

const HARDENED = "rw,sync,secure,root_squash,all_squash,anonuid=999,anongid=999,no_subtree_check";

test.each([
  [{}, "rw,sync,no_root_squash,no_subtree_check", undefined, "0777"],
  [{ profile: "safe" }, "rw,sync,root_squash,no_subtree_check", undefined, "0777"],
  [{ profile: "hardened" }, HARDENED, "999:999", "0700"],
  [
    { profile: "hardened", options: ["anonuid=1000", "anongid=1000", "async"], mode: "2770" },
    "rw,secure,root_squash,all_squash,no_subtree_check,anonuid=1000,anongid=1000,async",
    "1000:1000",
    "2770",
  ],
  [{ profile: "hardened", owner: "nfs:nfs" }, HARDENED, "nfs:nfs", "0700"],
  [{ options: ["ro", "fsid=0"] }, "sync,no_root_squash,no_subtree_check,ro,fsid=0", undefined, "0777"],
])("%j", (change, options, owner, mode) => expect(parsed(change)).toMatchObject({ options, owner, mode }));

test.each<[object, string[]]>([
  [{ options: ["rw", "snyc"] }, ['options[1] ("snyc") is no option of exports(5) (did you mean sync?).']],
  [{ options: ["rw,sync"] }, ['options[0] ("rw,sync") holds several options: write each as an entry of its own.']],
  [{ options: "rw" }, ['options ("rw") must be a list.']],
  [{ options: ["ro", "sync", "rw"] }, ['options[2] ("rw") contradicts ro in the same list: name one of them.']],
  [
    { clients: ["*"] },
    ['clients[0] ("*") is neither a network nor a name, but everybody: name networks, or hosts such as *.school.lan.'],
  ],
  [{ clients: ["192.168.*.1"] }, [expect.stringContaining('("192.168.*.1") is a wildcard in an address') as string]],
  [{ clients: ["@"] }, ['clients[0] ("@") is not a netgroup such as @nodes.']],
  [{ clients: [7] }, ["clients[0] (7) must be text or an object."]],
  [
    { clients: [...CLIENTS, { client: "nobody!", options: ["snyc"], option: [] }] },
    [
      'clients[1].client ("nobody!") is neither a network such as 192.168.110.0/24 nor an address nor a host name.',
      'clients[1].options[0] ("snyc") is no option of exports(5) (did you mean sync?).',
      "clients[1].option is not a key here: did you mean options?",
    ],
  ],
  [{ clients: [...CLIENTS, { client: "nas1" }] }, ["clients[1].options is missing: a list is required there."]],
  [
    { clients: [...CLIENTS, { client: "192.168.110.0/24", options: ["ro"] }] },
    ['clients[1].client ("192.168.110.0/24") is named twice.'],
  ],
  [{ owner: "root" }, ['owner ("root") is not an owner such as "root:root" or "999:999".']],
  [{ path: "/srv/a\tb" }, [expect.stringContaining("has a control character in it") as string]],
])("%j is said in full", (change, sentences) => expect(errorsOf(change)).toEqual(sentences));

test("a path with blanks is good; the CSI driver's must have no #", () => {
  expect(errorsOf({ path: "/srv/my #1 data" })).toEqual([]);
  expect(errorsOf({ path: "/srv/my #1 data" }, { csi: {} })).toEqual([
    'path ("/srv/my #1 data") has a "#" in it, at which the driver would cut it off: name another folder.',
  ]);
});

test("two exports of a host do not have one fsid for a client", () => {
  const further = (change: object) => ({
    additional: [{ name: "second", export: { clients: CLIENTS, path: "/srv/b", ...change } }],
  });
  const at = "  - storage-lab:infrastructure.additional[0].export.options";
  expect(errorsOf({ options: ["fsid=0"] }, further({ options: ["fsid=root"] }))).toEqual([
    `${at} (["fsid=root"]) give 192.168.110.0/24 the fsid 0, which another export of the host has: give each one of its own.`,
  ]);
  expect(errorsOf({ options: ["fsid=0"] }, further({ options: ["fsid=1"] }))).toEqual([]);
  expect(errorsOf({ options: ["fsid=0"] }, further({ options: ["fsid=0"], clients: ["192.168.0.0/16"] }))).toEqual([]);
});

test("nodes are not looked for among names, which only the server can resolve", () => {
  for (const client of ["*.school.lan", "@nodes", "node1.school.lan"]) {
    expect(errorsOf({ clients: ["10.0.0.0/8", client] })).toEqual([]);
  }
  expect(errorsOf({ clients: [{ client: "10.0.0.0/8", options: ["ro"] }] })).toHaveLength(2);
});

test("a node has the options of its address, else of the first network that it is in, else of any name", () => {
  const clients = [
    { client: "192.168.110.0/25", options: ["ro"] },
    "192.168.110.0/24",
    { client: "192.168.110.12", options: ["async"] },
  ];
  const optionsOf = (host: string, all: object[] | unknown[] = clients) => optionsFor(host, parsed({ clients: all }));
  expect(optionsOf("192.168.110.11")).toEqual(["sync,no_root_squash,no_subtree_check,ro"]);
  expect(optionsOf("192.168.110.12")).toEqual(["rw,no_root_squash,no_subtree_check,async"]);
  expect(optionsOf("192.168.110.200")).toEqual(["rw,sync,no_root_squash,no_subtree_check"]);
  expect(optionsOf("node1", [...CLIENTS, { client: "*.lan", options: ["ro"] }])).toHaveLength(2);
});

describe("the program", () => {
  beforeEach(() => {
    jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    pulumi.runtime.setAllConfig({ "storage-lab:sshPrivateKey": "PRIVATE" }, ["storage-lab:sshPrivateKey"]);
  });
  afterEach(() => jest.restoreAllMocks());
  const run = async (change: object) => {
    let outputs: Awaited<ReturnType<typeof infrastructure>> | undefined;
    const made = await deploy(
      async () => (outputs = await infrastructure(infrastructureSchema.parse(settings(change)))),
    );
    return { ...made, nfs: await valueOf(pulumi.output(outputs!.nfs)) };
  };

  test("hardened: folder and directories are those of the user who everybody is", async () => {
    const { inputs, nfs } = await run({ profile: "hardened", path: "/srv/my data" });
    const { stdin } = inputs(COMMAND, "nas-export");
    for (const value of [
      `OPTIONS='${HARDENED}'`,
      "FILE_OWNER='999:999'",
      "MODE='0700'",
      "EXPORT_PATH='/srv/my data'",
    ]) {
      expect(stdin).toContain(`${value}\n`);
    }
    expect(stdin).toContain("NAME='storage-lab-srv-my_20data'\n");
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("MUST_WRITE='true'");
    expect(nfs).toEqual({
      server: "192.168.110.168",
      path: "/srv/my data",
      directories: { owner: "999:999", mode: "0700" },
    });
  });

  test("without a user of its own nothing is said of directories", async () => {
    expect((await run({})).nfs).toEqual({ server: "192.168.110.168", path: "/nfs" });
    expect(directorySettings(parsed({ options: ["all_squash", "anonuid=5"] }))).toEqual({ owner: "5:65534" });
  });

  test("a node that may only read is not asked to write", async () => {
    const { inputs } = await run({ clients: [...CLIENTS, { client: "192.168.110.12", options: ["ro"] }] });
    expect(inputs(COMMAND, "nas-export").stdin).toContain(
      "CLIENT_OPTIONS=('rw,sync,no_root_squash,no_subtree_check' 'sync,no_root_squash,no_subtree_check,ro')\n",
    );
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("MUST_WRITE='true'");
    expect(inputs(COMMAND, "node2-mount").stdin).toContain("MUST_WRITE='false'");
  });

  test.each<[what: string, change: object, mustWrite: string, warned: boolean]>([
    ["all may", {}, "true", false],
    ["one may only read", { clients: [...CLIENTS, { client: "192.168.110.12", options: ["ro"] }] }, "false", false],
    ["none may", { options: ["ro"] }, "false", true],
  ])(
    "by pods alone nobody is asked to write who may be one that may not: %s",
    async (_what, change, mustWrite, warned) => {
      const byPods = { ...settings(change), nodes: undefined, nodePods: {} };
      const { inputs } = await deploy(() => infrastructure(infrastructureSchema.parse(byPods)));
      expect(JSON.stringify(inputs("kubernetes:apps/v1:DaemonSet", "nodes-pods"))).toContain(
        JSON.stringify({ name: "MUST_WRITE", value: mustWrite }),
      );
      const said = jest.mocked(pulumi.log.warn).mock.calls.map(([message]) => message);
      expect(said.some((message) => message.includes("no node may write to it"))).toBe(warned);
    },
  );

  test("async, Kerberos and an export that nobody may write to are warned of", async () => {
    const warn = jest.mocked(pulumi.log.warn);
    await run({ options: ["ro", "async", "sec=sys:krb5p"] });
    const said = warn.mock.calls.map(([message]) => message).join("\n");
    expect(said).toContain("options of NfsServer nas: async answers a client before its data is on the disk");
    expect(said).toContain("sec=sys:krb5p needs Kerberos");
    expect(said).toContain("export: no node may write to it (ro)");
  });
});
