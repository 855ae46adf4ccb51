import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { classroom } from "../../../../stacks/classroom/classroom";
import type { ClassOutputs } from "../../../../stacks/classroom/class-outputs";
import { classroomPlan, shardPlan } from "../../../../stacks/classroom/class-plans";
import { shard } from "../../../../stacks/classroom/shard";
import { renderStudents, type Student, type StudentRecord } from "../../../../stacks/classroom/students";
import { classroomSchema, shardSchema } from "../../../../stacks/config-schema";
import { classroomRights, shardRights } from "../../../../stacks/preflight/rights";
import type { Right } from "../../../../stacks/cluster-reader";
import { deploy, inClear, type MockOptions, type Registered, valueOf } from "../../mocks";

const COMMAND = "command:remote:Command";
const SECRET = "0123456789abcdef".repeat(4);
const node = (name: string, host: string) => ({ name, host, port: 22, user: "root" });
const infra = {
  nas: node("nas", "192.168.110.168"),
  nodes: [node("node1", "192.168.110.11"), node("node2", "192.168.110.12")],
  nfs: { server: "192.168.110.168", path: "/nfs" },
  storageClasses: ["nfs-client"],
  csi: { driver: "nfs.csi.k8s.io", namespace: "csi-nfs", storageClasses: ["nfs-csi"] },
};
const record: StudentRecord = {
  students: [
    { name: "zhang-wei", realName: "张伟", uid: 20001, shard: 1, generation: 1, capacity: "2Gi" },
    { name: "li", uid: 20002, shard: 1, generation: 3 },
    { name: "wu", uid: 20003, shard: 2, generation: 1 },
  ],
  removed: [],
};

let folder = "";
let students = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "storage-lab-class-"));
  students = join(folder, "school.students.yaml");
  write(record);
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  pulumi.runtime.setAllConfig({ "storage-lab:sshPrivateKey": "PRIVATE", "storage-lab:classSecret": SECRET }, [
    "storage-lab:sshPrivateKey",
    "storage-lab:classSecret",
  ]);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});
const write = (content: StudentRecord) => writeFileSync(students, renderStudents(content));

type Settled<T> = { [K in keyof T]: Awaited<T[K]> };

async function runClass(change = {}, options: MockOptions = { stacks: { infra } }) {
  let made: Awaited<ReturnType<typeof classroom>> | undefined;
  const config = classroomSchema.parse({ infrastructureStack: "infra", class: "school", students, ...change });
  const deployment = await deploy(async () => (made = await classroom(config)), options);
  const outputs = (await valueOf(pulumi.output(made!))) as unknown as Settled<ClassOutputs>;
  return { ...deployment, outputs };
}

async function runShard(stack: object | undefined, change = {}, options: MockOptions = {}, chosen?: string[]) {
  let made: Awaited<ReturnType<typeof shard>> | undefined;
  const config = shardSchema.parse({ classStack: "class", shard: 1, ...change });
  const stacks = stack && { class: stack as Record<string, unknown> };
  const deployment = await deploy(async () => (made = await shard(config, chosen)), { stacks, ...options });
  return { ...deployment, outputs: await valueOf(pulumi.output(made!)) };
}

describe("classroom", () => {
  test("directories of all students, a firewall on every node, rights and policies", async () => {
    const { names, inputs } = await runClass();
    expect(names(COMMAND).sort()).toEqual(["directories-make", "node1-rules", "node2-rules"]);
    const { stdin } = inputs(COMMAND, "directories-make");
    expect(stdin).toContain("STUDENTS=('school-zhang-wei' 'school-li' 'school-wu')\nUIDS=('20001' '20002' '20003')\n");
    expect(stdin).toContain("BYTES=('2147483648' '1073741824' '1073741824')\n");
    expect(stdin).toContain("VOLUMES=('redis' 'own-1' 'own-2' 'own-3')\nQUOTA='if possible'\n");
    expect(inputs(COMMAND, "node2-rules").stdin).toContain("ADDRESSES=('192.168.110.168')\n");
    expect(names("kubernetes:storage.k8s.io/v1:StorageClass")).toHaveLength(1);
    expect(names("kubernetes:core/v1:Namespace")).toEqual([]);
  });

  test("nothing is made in Kubernetes before NAS and nodes are prepared", async () => {
    const { resources } = await runClass();
    const order = resources.map(({ type }) => type);
    expect(order.lastIndexOf(COMMAND)).toBeLessThan(order.findIndex((type) => /^kubernetes:/.test(type)));
  });

  test("its outputs are all that a shard needs, and the secret is none of the plain ones", async () => {
    const { outputs, resources } = await runClass();
    expect(outputs.classroom).toEqual({
      class: "school",
      capacity: "1Gi",
      inodes: 20_000,
      podSecurity: "baseline",
      compute: { pods: 10, cpu: "2", memory: "1Gi", ephemeralStorage: "1Gi" },
      redisImage: expect.any(String) as string,
      volumes: ["own-1", "own-2", "own-3"],
      dnsServers: [],
      dynamic: true,
      server: "192.168.110.168",
      path: "/nfs/school",
      students,
      uids: { "zhang-wei": 20001, li: 20002, wu: 20003 },
      capacities: { "zhang-wei": "2Gi" },
      storageClass: "school-csi",
      claimClasses: ["school-csi"],
      role: "school-student",
      secretId: expect.stringMatching(/^[\w-]{12}$/) as string,
    });
    expect(outputs.hostChecks.map(({ name }) => name)).toEqual(["directories", "node1", "node2"]);
    expect(inClear(resources)).not.toContain(SECRET);
    expect(JSON.stringify(outputs.classroom)).not.toContain(SECRET);
  });

  test("without dynamic claims and firewall", async () => {
    const { names, outputs } = await runClass({ dynamic: false, podFirewall: false, otherClasses: ["nfs-client"] });
    expect(names(COMMAND)).toEqual(["directories-make"]);
    expect(names("kubernetes:storage.k8s.io/v1:StorageClass")).toEqual([]);
    expect(outputs.classroom).toMatchObject({ dynamic: false, claimClasses: ["nfs-client"] });
  });

  test("pods are kept from every NFS server of the infrastructure, also by the addresses of SSH", async () => {
    const more = {
      ...infra,
      nas: node("nas", "10.0.0.5"),
      additional: { b: { nas: node("b", "b.lan"), nfs: { server: "[fd00::20]", path: "/b" } } },
    };
    const { inputs } = await runClass({}, { stacks: { infra: more } });
    expect(inputs(COMMAND, "node1-rules").stdin).toContain("ADDRESSES=('192.168.110.168' '10.0.0.5' 'fd00::20')\n");
  });

  test.each<[string, object, object, string[]]>([
    [
      "no CSI driver",
      { csi: undefined },
      {},
      ["storage-lab:classroom.dynamic is on, and the stack infra has no CSI driver"],
    ],
    [
      "an infrastructure of an older program",
      { nodes: undefined },
      {},
      [
        "storage-lab:classroom.podFirewall is on, and the stack infra does not say yet how its nodes are logged in to: run pulumi up -s infra.",
      ],
    ],
    [
      "nodes by pods",
      { nodes: [] },
      {},
      ["storage-lab:classroom.podFirewall is on, and the stack infra has no nodes that are logged in to"],
    ],
    ["an export that existed", { nas: undefined }, {}, ["the export of the stack infra existed before"]],
    [
      "a class that is there",
      {},
      { storageClass: "nfs-csi" },
      ['storage-lab:classroom.storageClass ("nfs-csi") is a class of the stack infra already'],
    ],
    [
      "all of it",
      { csi: undefined, nodes: [], nas: undefined },
      {},
      ["dynamic is on", "podFirewall is on", "existed before"],
    ],
  ])("%s: refused before anything is registered", async (_what, change, settings, words) => {
    const registered: string[] = [];
    const stacks = { infra: { ...infra, ...change } };
    const failing = runClass(settings, { stacks, onRegister: (name) => registered.push(name) });
    await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
    const lines = await failing.catch((error: Error) => error.message.split("\n").slice(1));
    expect(lines).toEqual(words.map((each) => expect.stringContaining(each) as string));
    expect(registered).toEqual([]);
  });

  test("no record of students is a plain sentence", async () => {
    rmSync(students);
    await expect(runClass()).rejects.toThrow("storage-lab class up writes it from a roster");
  });

  test("a node's own secret is no stranger's", async () => {
    const keys = {
      "storage-lab:classSecret": SECRET,
      "storage-lab:sshPrivateKey": "P",
      "storage-lab:sshPassword-node2": "x",
    };
    pulumi.runtime.setAllConfig(keys, Object.keys(keys));
    await expect(runClass()).resolves.toBeDefined();
    pulumi.runtime.setAllConfig({ ...keys, "storage-lab:sshPassword-node3": "x" }, Object.keys(keys));
    await expect(runClass()).rejects.toThrow("storage-lab:sshPassword-node3 is of no host that this stack logs in to");
  });
});

describe("shard", () => {
  const classStack = async () => ({ ...(await runClass()).outputs }) as unknown as Record<string, unknown>;

  test("the labs of its students, and of no others", async () => {
    const { names, inputs, outputs } = await runShard(await classStack());
    expect(names("kubernetes:core/v1:Namespace").sort()).toEqual(["li-namespace", "zhang-wei-namespace"]);
    expect(inputs("kubernetes:core/v1:Namespace", "zhang-wei-namespace").metadata).toMatchObject({
      name: "school-zhang-wei",
      annotations: { "storage-lab.example/student-name": "张伟", "storage-lab.example/stack": "storage-lab/test" },
    });
    expect(outputs).toMatchObject({ class: "school", shard: 1, students: ["zhang-wei", "li"] });
  });

  test("passwords are secret, and another generation has another one", async () => {
    const stack = await classStack();
    const passwordsOf = async (generation: number) => {
      write({ ...record, students: record.students.map((each) => ({ ...each, generation })) });
      const { resources, names, inputs } = await runShard(stack);
      expect(inClear(resources)).not.toContain(SECRET);
      return names("kubernetes:core/v1:Secret").map((name) =>
        JSON.stringify(inputs("kubernetes:core/v1:Secret", name)),
      );
    };
    const [first, second] = [await passwordsOf(1), await passwordsOf(2)];
    expect(new Set([...first, ...second]).size).toBe(4);
  });

  test("a run for some students registers theirs alone", async () => {
    const { names, outputs } = await runShard(await classStack(), {}, {}, ["li"]);
    expect(names("kubernetes:core/v1:Namespace")).toEqual(["li-namespace"]);
    expect(outputs).toHaveProperty("students", ["zhang-wei", "li"]);
  });

  test.each<[string, (student: Student) => Student]>([
    ["whom the class's stack does not have", (each) => ({ ...each, name: `${each.name}-2` })],
    ["with another uid", (each) => ({ ...each, uid: each.uid + 100 })],
    ["with another capacity", (each) => ({ ...each, capacity: "5Gi" })],
  ])("students %s are named, and nothing is registered", async (_what, change) => {
    const stack = await classStack();
    write({ ...record, students: record.students.map(change) });
    const registered: string[] = [];
    const failing = runShard(stack, {}, { onRegister: (name) => registered.push(name) });
    await expect(failing).rejects.toThrow(
      /^The stack class has not made .* of zhang-wei(-2)?, li(-2)?; .* pulumi up -s class$/,
    );
    expect(registered).toEqual([]);
  });

  test.each([
    ["no such stack", undefined, "storage-lab:shard.classStack: there is no stack class. The class comes first"],
    ["a stack of another program", { nfs: {} }, "the stack class holds no class"],
  ])("%s is a plain sentence", async (_what, stack, words) => {
    await expect(runShard(stack)).rejects.toThrow(words);
  });
});

describe("the preflight", () => {
  /** Kind, group of all that is made. */
  const kinds = (resources: Registered[]) =>
    resources.flatMap(({ type }) => {
      const [, group = "", kind = ""] = /^kubernetes:(.+)\/v1:(\w+)$/.exec(type) ?? [];
      if (kind === "") return [];
      const name = kind.toLowerCase();
      const plural = name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}${name.endsWith("ss") ? "es" : "s"}`;
      return [`${plural} ${group === "core" ? "" : group}`];
    });
  const asked = (rights: Right[]) =>
    rights
      .filter(({ verb }) => verb === "create")
      .map(({ resource, group }) => `${resource} ${group}`)
      .sort();
  const unique = (all: string[]) => [...new Set(all)].sort();

  test("asks for what the class makes, and for its names", async () => {
    const { resources } = await runClass();
    const config = classroomSchema.parse({ infrastructureStack: "infra", class: "school" });
    expect(asked(classroomRights(config))).toEqual(unique(kinds(resources)));
    const made = resources.flatMap(({ type, inputs }) =>
      type.startsWith("kubernetes:") ? [`${type.split(":").at(-1)} ${(inputs.metadata as { name: string }).name}`] : [],
    );
    const { objects, hosts } = classroomPlan(config, { nodes: infra.nodes });
    expect(objects.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(made.sort());
    expect(hosts).toEqual(["node1", "192.168.110.11", "node2", "192.168.110.12"]);
  });

  test("asks for what a shard makes, and for its namespaces", async () => {
    const { outputs } = await runClass();
    const { resources } = await runShard(outputs);
    expect(asked(shardRights())).toEqual(unique(kinds(resources)));
    expect(shardPlan(["school-li"]).objects).toMatchObject([{ kind: "Namespace", name: "school-li" }]);
  });
});
