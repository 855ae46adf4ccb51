import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import program from "../../../index";
import { course } from "../../../stacks/course";
import { infrastructure } from "../../../stacks/infrastructure";
import { courseSchema, infrastructureSchema } from "../../../stacks/schema";
import { deploy, type MockOptions } from "../mocks";

const ROOT = join(__dirname, "../../..");
const COMMAND = "command:remote:Command";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";

const settings = {
  nas: { name: "nas-192.168.110.168", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24"] },
  nodes: [
    { name: "node1", host: "192.168.110.11" },
    { name: "node2", host: "192.168.110.12", user: "admin" },
  ],
};
const outputs = {
  nas: { host: "192.168.110.168", port: 22, user: "root" },
  nfs: { server: "192.168.110.168", path: "/nfs" },
  provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner",
  storageClasses: ["nfs-client", "nfs-client-retain"],
  deletionEffects: { "nfs-client": "Deleting a claim deletes." },
};

beforeEach(() =>
  pulumi.runtime.setAllConfig({ "storage-lab:sshPrivateKey": "PRIVATE", "storage-lab:mysqlRootPassword": "ROOT" }, [
    "storage-lab:sshPrivateKey",
    "storage-lab:mysqlRootPassword",
  ]),
);

describe("infrastructure", () => {
  const run = (change = {}) => deploy(() => infrastructure(infrastructureSchema.parse({ ...settings, ...change })));

  test("one script a host, the provisioner, the course's classes", async () => {
    const { names, inputs } = await run();
    expect(names(COMMAND).sort()).toEqual(["nas-192.168.110.168-export", "node1-mount", "node2-mount"]);
    expect(inputs(COMMAND, "node2-mount").create).toMatch(/^sudo -n /);
    expect(names("kubernetes:storage.k8s.io/v1:StorageClass")).toEqual(["nfs-client-class", "nfs-client-retain-class"]);
    expect(inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-client-class")).toMatchObject({
      reclaimPolicy: "Delete",
      parameters: { onDelete: "delete" },
    });
    expect(names("kubernetes:apps/v1:Deployment")).toEqual(["provisioner-deployment"]);
  });

  test("nothing is made in Kubernetes before every node has mounted the export", async () => {
    const { resources } = await run();
    const order = resources.map(({ type }) => type);
    expect(order.lastIndexOf(COMMAND)).toBeLessThan(order.findIndex((type) => /^kubernetes:/.test(type)));
  });

  test("generation and force reach the scripts", async () => {
    const { inputs } = await run({ generation: 7, force: true });
    expect(inputs(COMMAND, "nas-192.168.110.168-export").stdin).toContain(
      "GENERATION='7'\nCLIENT_WAIT='120'\nFORCE='true'",
    );
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("GENERATION='7'");
  });
});

describe("course", () => {
  const run = (change = {}, options: MockOptions = { stacks: { infra: outputs } }) =>
    deploy(() => course(courseSchema.parse({ infrastructureStack: "infra", ...change })), options);

  test("makes the course's objects under the course's names", async () => {
    const { resources } = await run();
    const objects = resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type, inputs }) => {
        const { name, namespace } = inputs.metadata as { name: string; namespace?: string };
        return `${type.split(":").at(-1)} ${namespace ? `${namespace}/` : ""}${name}`;
      });
    expect(objects.sort()).toEqual([
      "Namespace shiqi",
      "PersistentVolume pv-shiqi-redis",
      "PersistentVolume pv-shiqi-redis-exist-pvc",
      "PersistentVolumeClaim default/pvc-dynamic-example",
      "PersistentVolumeClaim shiqi/pvc-shiqi-redis",
      "PersistentVolumeClaim shiqi/pvc-shiqi-redis-exist-pvc",
      "Service shiqi/redis-exist-pvc",
      "Service shiqi/redis-not-exist-pvc",
      "StatefulSet shiqi/statefulset-redis-exist-pvc",
      "StatefulSet shiqi/statefulset-redis-not-exist-pvc",
    ]);
  });

  test("makes both directories with one command on the infrastructure's NAS", async () => {
    const { names, inputs } = await run();
    expect(names(COMMAND)).toEqual(["directories-make"]);
    expect(inputs(COMMAND, "directories-make").stdin).toContain(
      "DIRECTORIES=('/nfs/shiqi-redis' '/nfs/shiqi-redis-exist-pvc')",
    );
  });

  test("the example claim is the course's", async () => {
    const { inputs } = await run({ storageClass: "nfs-client-retain" });
    expect(inputs(CLAIM, "pvc-dynamic-example")).toMatchObject({
      metadata: { name: "pvc-dynamic-example", namespace: "default" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: "nfs-client-retain",
      },
    });
  });

  test.each([
    ["staticPair", /pvc-shiqi-redis$/],
    ["redisExistingClaim", /redis-exist-pvc/],
    ["redisTemplate", /redis-not-exist-pvc/],
    ["dynamicExample", /dynamic-example/],
  ] as const)("without the section %s nothing of it is made", async (section, pattern) => {
    const { resources } = await run({ sections: { [section]: false } });
    const names = resources.map(({ inputs }) => (inputs.metadata as { name?: string })?.name ?? "");
    expect(names.filter((name) => pattern.test(name))).toEqual([]);
    expect(names.filter((name) => name !== "").length).toBeGreaterThan(4);
  });

  test("without static volumes no host is touched", async () => {
    const { names } = await run({ sections: { staticPair: false, redisExistingClaim: false } });
    expect(names(COMMAND)).toEqual([]);
  });

  test("a namespace that exists is used and not made", async () => {
    const { names, inputs } = await run({ createNamespace: false, namespace: "mine" });
    expect(names("kubernetes:core/v1:Namespace")).toEqual([]);
    expect(inputs(CLAIM, "shiqi-redis-claim").metadata).toMatchObject({ namespace: "mine" });
  });

  test.each<[string, MockOptions, object, string]>([
    ["no such stack", {}, {}, "there is no stack infra. The infrastructure comes first: pulumi up -s infra"],
    ["not deployed", { stacks: { infra: {} } }, {}, "holds no infrastructure"],
    ["no such class", { stacks: { infra: outputs } }, { storageClass: "fast" }, "is no class of the stack infra"],
  ])("%s is a plain sentence, and nothing is registered", async (_case, options, change, words) => {
    const registered: string[] = [];
    const failing = deploy(
      async () => {
        await course(courseSchema.parse({ infrastructureStack: "infra", ...change }));
      },
      { ...options, onRegister: (name) => registered.push(name) },
    );
    await expect(failing).rejects.toThrow(words);
    await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
    expect(registered).toEqual([]);
  });
});

test("a config with faults registers nothing", async () => {
  const registered: string[] = [];
  pulumi.runtime.setAllConfig({ "storage-lab:program": "infrastructure" });
  const failing = deploy(program, { onRegister: (name) => registered.push(name) });
  await expect(failing).rejects.toThrow("has 2 faults; nothing was changed.");
  expect(registered).toEqual([]);
});

test("index, stacks and components need nothing of lab, sandbox, mirror or toolkit", () => {
  const alone = mkdtempSync(join(tmpdir(), "storage-lab-alone-"));
  for (const part of ["index.ts", "stacks", "components", "Pulumi.yaml", "package.json", "tsconfig.json"]) {
    cpSync(join(ROOT, part), join(alone, part), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(alone, "node_modules"));
  const load = `const program = require("./index.ts"); console.log(typeof program);`;
  const printed = execFileSync(process.execPath, ["--import", "tsx", "--eval", load], { cwd: alone, encoding: "utf8" });
  rmSync(alone, { recursive: true });
  expect(printed.trim()).toBe("function");
});
