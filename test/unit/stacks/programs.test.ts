import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import program from "../../..";
import { hostCheckScript } from "../../../components/index";
import { infrastructure } from "../../../stacks/infrastructure";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { deploy, valueOf } from "../mocks";

const ROOT = join(__dirname, "../../..");
const COMMAND = "command:remote:Command";

const settings = {
  nas: { name: "nas-192.168.110.168", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24"] },
  nodes: [
    { name: "node1", host: "192.168.110.11" },
    { name: "node2", host: "192.168.110.12", user: "admin" },
  ],
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
    expect(names("kubernetes:storage.k8s.io/v1:StorageClass").sort()).toEqual([
      "nfs-client-class",
      "nfs-client-retain-class",
    ]);
    expect(inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-client-class")).toMatchObject({
      reclaimPolicy: "Delete",
      parameters: { onDelete: "delete" },
    });
    expect(names("kubernetes:apps/v1:Deployment")).toEqual(["provisioner-deployment"]);
  });

  // csi-driver-nfs gives the exported folder itself the mode, too: another one would undo export.mode.
  test("the CSI driver's classes give claims' directories the export's mode", async () => {
    const { inputs } = await run({ csi: {}, export: { ...settings.export, mode: "1777" } });
    expect(inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-csi-class")).toMatchObject({
      provisioner: "nfs.csi.k8s.io",
      parameters: { server: "192.168.110.168", share: "/nfs", onDelete: "delete", mountPermissions: "1777" },
    });
  });

  test("nothing is made in Kubernetes before every node has mounted the export", async () => {
    const { resources } = await run({ csi: {} });
    const order = resources.map(({ type }) => type);
    expect(order.lastIndexOf(COMMAND)).toBeLessThan(order.findIndex((type) => /^kubernetes:/.test(type)));
  });

  describe("pods on nodes", () => {
    const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";

    test("prove the nodes alone where none is named, before anything else is made in Kubernetes", async () => {
      const { resources, names, inputs } = await run({ nodes: undefined, nodePods: {} });
      expect(names(COMMAND)).toEqual(["nas-192.168.110.168-export"]);
      expect(inputs(DAEMON_SET, "nodes-pods")).toMatchObject({ metadata: { namespace: "nfs-node-proof" } });
      const order = resources.map(({ name }) => name);
      expect(order.indexOf("nodes-pods")).toBeLessThan(order.indexOf("provisioner-namespace"));
      // Which the course pulls anyway.
      expect(JSON.stringify(inputs(DAEMON_SET, "nodes-pods"))).toContain('"image":"swr.cn-north-4');
    });

    test("come after those over SSH, where there are both", async () => {
      const { resources } = await run({ nodePods: { namespace: "proof", controlPlane: true } });
      const order = resources.map(({ name }) => name);
      expect(order.indexOf("node2-mount")).toBeLessThan(order.indexOf("nodes-namespace"));
    });

    test("are named in the outputs, for the probe", async () => {
      let outputs: Awaited<ReturnType<typeof infrastructure>> | undefined;
      const config = infrastructureSchema.parse({ ...settings, nodes: undefined, nodePods: {} });
      await deploy(async () => (outputs = await infrastructure(config)));
      expect(await valueOf(pulumi.output(outputs!.nodeProof))).toEqual({
        namespace: "nfs-node-proof",
        daemonSet: "nfs-node-proof",
      });
    });
  });

  describe("mount options", () => {
    const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";
    const storageClasses = [{ name: "nfs-client" }, { name: "old", mountOptions: ["nfsvers=3"] }];

    test("without any the script's values are those of before", async () => {
      const { inputs } = await run();
      expect(inputs(COMMAND, "node1-mount").stdin).not.toMatch(/^(MOUNT_OPTIONS|OPTION_SETS)=/m);
      expect(inputs(CLASS, "nfs-client-class").mountOptions).toBeUndefined();
    });

    test("of the whole are the provisioner's and those of classes without, and all are proven", async () => {
      const csi = { storageClasses: [{ name: "nfs-csi" }, { name: "soft", mountOptions: ["soft"] }] };
      const { inputs, names } = await run({ mountOptions: ["nfsvers=4.2"], storageClasses, csi, nodePods: {} });
      const options = Object.fromEntries(names(CLASS).map((name) => [name, inputs(CLASS, name).mountOptions]));
      expect(options).toEqual({
        "nfs-client-class": ["nfsvers=4.2"],
        "old-class": ["nfsvers=3"],
        "nfs-csi-class": ["nfsvers=4.2"],
        "soft-class": ["soft"],
      });
      const { stdin } = inputs(COMMAND, "node1-mount");
      expect(stdin).toContain("MOUNT_OPTIONS='nfsvers=4.2'\n");
      expect(stdin).toContain("OPTION_SETS=('nfsvers=3 StorageClass old' 'soft StorageClass soft')\n");
      const volumes = names("kubernetes:core/v1:PersistentVolume").map((name) => {
        const { spec } = inputs("kubernetes:core/v1:PersistentVolume", name) as { spec: { mountOptions: string[] } };
        return spec.mountOptions.join();
      });
      // Of the pods on nodes, and of the provisioner.
      expect(volumes.sort()).toEqual(["nfsvers=3,retry=0", "nfsvers=4.2", "nfsvers=4.2,retry=0", "soft,retry=0"]);
    });

    test("of the provisioner alone", async () => {
      const { inputs } = await run({ provisioner: { mountOptions: ["hard"] } });
      expect(inputs("kubernetes:core/v1:PersistentVolume", "provisioner-root-volume").spec).toMatchObject({
        mountOptions: ["hard"],
      });
      expect(inputs(COMMAND, "node1-mount").stdin).toContain("OPTION_SETS=('hard the provisioner')\n");
    });
  });

  test("what somebody edits by hand is put back", async () => {
    const { inputs } = await run();
    expect(inputs("pulumi:providers:kubernetes", "cluster")).toMatchObject({ enablePatchForce: "true" });
  });

  test("generation and force reach the scripts", async () => {
    const { inputs } = await run({ generation: 7, force: true });
    expect(inputs(COMMAND, "nas-192.168.110.168-export").stdin).toContain(
      "GENERATION='7'\nCLIENT_WAIT='120'\nFORCE='true'",
    );
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("GENERATION='7'");
  });

  test.each([
    ["course", "rw,sync,no_root_squash,no_subtree_check"],
    ["safe", "rw,sync,root_squash,no_subtree_check"],
  ])("the profile %s is %s", async (profile, options) => {
    const { inputs } = await run({ export: { ...settings.export, profile } });
    expect(inputs(COMMAND, "nas-192.168.110.168-export").stdin).toContain(`OPTIONS='${options}'\nMODE='0777'\n`);
    // The provisioner writes as root: a node on which root may not is an error.
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("MUST_WRITE='true'");
  });

  test("its outputs say how to check the NAS and every node", async () => {
    let outputs: Awaited<ReturnType<typeof infrastructure>> | undefined;
    const { inputs } = await deploy(async () => (outputs = await infrastructure(infrastructureSchema.parse(settings))));
    const checks = await valueOf(pulumi.output(outputs!.hostChecks));
    const nodes = settings.nodes.map(({ name, host }) => [
      name,
      host,
      `The NFS client is installed on ${name} and reaches the NAS`,
    ]);
    expect(checks.map(({ name, host, title }) => [name, host, title])).toEqual([
      ["nas-192.168.110.168", "192.168.110.168", "The export is in force on the NAS"],
      ...nodes,
    ]);
    expect(hostCheckScript(checks[0]!)).toBe(inputs(COMMAND, "nas-192.168.110.168-export").stdin);
    expect(hostCheckScript(checks[1]!)).toBe(inputs(COMMAND, "node1-mount").stdin);
  });

  test("an IPv6 NAS is in brackets for mounts and volumes, and for other stacks", async () => {
    const ipv6 = { nas: { ...settings.nas, host: "fd00::10" }, export: { ...settings.export, clients: ["fd00::/64"] } };
    const config = { ...settings, ...ipv6, nodes: [{ name: "node1", host: "fd00::11" }] };
    let outputs: Awaited<ReturnType<typeof infrastructure>> | undefined;
    const { resources, inputs } = await deploy(
      async () => (outputs = await infrastructure(infrastructureSchema.parse(config))),
    );
    expect(await valueOf(pulumi.output(outputs!.nfs))).toMatchObject({ server: "[fd00::10]" });
    expect(await valueOf(pulumi.output(outputs!.nas))).toMatchObject({ host: "fd00::10" });
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("SERVER='fd00::10'\nMOUNT_SERVER='[fd00::10]'\n");
    const deployment = JSON.stringify(resources.find(({ type }) => type.endsWith(":Deployment")));
    expect(deployment).toContain('{"name":"NFS_SERVER","value":"[fd00::10]"}');
    expect(deployment).toMatch(/"server":"\[fd00::10\]"/);
  });

  test("other stacks get to know the classes' pathPatterns", async () => {
    const pathPattern = "${.PVC.namespace}/${.PVC.name}";
    const storageClasses = [{ name: "nfs-client" }, { name: "by-name", pathPattern }];
    let outputs: Awaited<ReturnType<typeof infrastructure>> | undefined;
    await deploy(
      async () => (outputs = await infrastructure(infrastructureSchema.parse({ ...settings, storageClasses }))),
    );
    expect(await valueOf(pulumi.output(outputs!.pathPatterns))).toEqual({ "by-name": pathPattern });
  });
});

test("a config with errors registers nothing", async () => {
  const registered: string[] = [];
  pulumi.runtime.setAllConfig({ "storage-lab:program": "infrastructure" });
  const failing = deploy(program, { onRegister: (name) => registered.push(name) });
  await expect(failing).rejects.toThrow("has 2 errors; nothing was changed.");
  expect(registered).toEqual([]);
});

/** Runs Node where there is nothing of the project but these files and folders. */
function alone(parts: string[], ...words: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "storage-lab-alone-"));
  try {
    for (const part of [...parts, "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    return execFileSync(process.execPath, ["--import", "tsx", ...words], { cwd: folder, encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("index, stacks and components need nothing of lab, sandbox, engine or toolkit", () => {
  const load = `const program = require("./index.ts"); console.log(typeof program);`;
  expect(alone(["index.ts", "stacks", "components", "Pulumi.yaml"], "--eval", load).trim()).toBe("function");
});

test("the exercises need the names of the course's objects and how a kubeconfig is read, and nothing else of the product", () => {
  const parts = ["exercises", "stacks/course/course-names.ts", "stacks/kubeconfig.ts"];
  const listed = alone(parts, "exercises/runner/main.ts", "--list", "--json");
  expect(JSON.parse(listed)).not.toHaveLength(0);
});
