import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { NfsNodeProof, type NfsNodeProofArgs } from "../../../components/index";
import { proofFailure } from "../../../components/nfs/node-proof-failure";
import { deploy, valueOf } from "../mocks";

const args = { server: "fd00:0::10", path: "/nfs" };
const make = (change: Partial<NfsNodeProofArgs> = {}) => new NfsNodeProof("nodes", { ...args, ...change });

interface Pod {
  tolerations: object[];
  nodeSelector?: object;
  initContainers: { env: { name: string; value: string }[]; image: string }[];
  volumes: { persistentVolumeClaim?: { claimName: string } }[];
}
async function run(change: Partial<NfsNodeProofArgs> = {}) {
  const { inputs, names } = await deploy(() => make(change));
  const spec = inputs("kubernetes:apps/v1:DaemonSet", "nodes-pods").spec as { template: { spec: Pod } };
  const pod = spec.template.spec;
  const claims = pod.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  const script = inputs("kubernetes:core/v1:ConfigMap", "nodes-script");
  expect(JSON.stringify(pod.volumes)).toContain((script.metadata as { name: string }).name);
  const values = Object.fromEntries(pod.initContainers[0]!.env.map(({ name, value }) => [name, value]));
  const volumes = names("kubernetes:core/v1:PersistentVolume").map(
    (name) =>
      inputs("kubernetes:core/v1:PersistentVolume", name) as { metadata: object; spec: { mountOptions: string[] } },
  );
  return { pod, claims, values, volumes };
}

test("a pod on every node mounts the export by a claim, and writes", async () => {
  const { pod, claims, values, volumes } = await run();
  expect(claims).toEqual(["export-plain"]);
  expect(volumes).toHaveLength(1);
  expect(volumes[0]).toMatchObject({
    metadata: { name: "nfs-node-proof-plain" },
    spec: { nfs: { server: "[fd00::10]", path: "/nfs" }, mountOptions: ["retry=0"] },
  });
  expect(values).toMatchObject({ SERVER: "[fd00::10]", EXPORT_PATH: "/nfs", MUST_WRITE: "false", MOUNTS: "/export/0" });
  expect(pod.tolerations).toEqual([]);
  expect(pod.nodeSelector).toBeUndefined();
  expect(pod.initContainers[0]!.image).toBe("docker.io/library/busybox:1.37");
});

test("each other set of mount options is a volume of the same pod, named by the options", async () => {
  const mountOptionSets = [
    { usedBy: "StorageClass a", options: ["soft", "nfsvers=3"] },
    { usedBy: "StorageClass b", options: ["nfsvers=3", "soft"] },
    { usedBy: "StorageClass c", options: ["nfsvers=4.2"] },
    { usedBy: "StorageClass d", options: ["retry=5"] },
    { usedBy: "StorageClass e", options: ["hard,retry=5"] },
  ];
  const { claims, volumes } = await run({ mountOptions: ["nfsvers=4.2"], mountOptionSets });
  expect(volumes.map(({ spec }) => spec.mountOptions.join()).sort()).toEqual([
    "hard,retry=5",
    "nfsvers=3,soft,retry=0",
    "nfsvers=4.2,retry=0",
    "retry=5",
  ]);
  expect(new Set(claims).size).toBe(4);
  // A change of the options is another volume, which is mounted anew.
  expect((await run({ mountOptions: ["nfsvers=4.1"] })).claims).not.toContain(claims[0]);
});

test("control plane, tainted nodes and a choice of nodes", async () => {
  const gpu = { key: "gpu", operator: "Exists" };
  const { pod } = await run({ controlPlane: true, tolerations: [gpu], nodeSelector: { pool: "students" } });
  expect(pod.tolerations).toEqual([
    { key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" },
    { key: "node-role.kubernetes.io/master", operator: "Exists", effect: "NoSchedule" },
    gpu,
  ]);
  expect(pod.nodeSelector).toEqual({ pool: "students" });
});

test("another revision, and another generation, prove again", async () => {
  const values = async (change: Partial<NfsNodeProofArgs>) => (await run(change)).values;
  expect(await values({ revision: "2", generation: 3, mustWrite: true })).toMatchObject({
    REVISION: "2",
    GENERATION: "3",
    MUST_WRITE: "true",
  });
});

test("what comes after waits for it", async () => {
  let proof: NfsNodeProof | undefined;
  await deploy(() => (proof = make({ namespace: pulumi.output("proof") })));
  expect(await valueOf(proof!.proof)).toEqual({ namespace: "proof", daemonSet: "nfs-node-proof" });
});

test.each([
  [{ mountOptions: ["nfsvers=4.2,,hard"] }, "mountOptions of NfsNodeProof nodes: an option is empty"],
  [
    { mountOptionSets: [{ usedBy: "StorageClass a", options: ["hard", "soft"] }] },
    'mountOptionSets of NfsNodeProof nodes: StorageClass a: "hard" and "soft" contradict each other',
  ],
  [{ path: "nfs" }, 'path of NfsNodeProof nodes: "nfs" is not absolute'],
  [{ image: " " }, "image of NfsNodeProof nodes: it is empty"],
])("%j is refused", async (change, sentence) => {
  await expect(deploy(() => make(change))).rejects.toThrow(sentence);
});

describe("a failure", () => {
  const message = (node: string, output: string, options: string) =>
    `Pod/p-${node} on the node ${node}: FailedMount: MountVolume.SetUp failed\nMounting command: mount\n` +
    `Mounting arguments: -t nfs -o ${options} nas:/nfs /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/x\nOutput: ${output}\n`;
  const sets = [{ usedBy: "StorageClass a", options: ["hard", "nfsver=3"] }];

  test("names the nodes of each cause, and whose options they are", () => {
    const error = [
      message("node1", "mount.nfs: access denied by server while mounting nas:/nfs", "retry=0"),
      message("node2", "mount.nfs: access denied by server while mounting nas:/nfs", "retry=0"),
      message("node3", "mount.nfs: an incorrect mount option was specified", "hard,nfsver=3,retry=0"),
    ].join("\n\t* ");
    expect(proofFailure(error, sets, "proof").split("\n")).toEqual([
      expect.stringMatching(
        /^node1, node2: Access denied by server: nas does not export \/nfs to the node, .* mount says: mount.nfs: access denied/,
      ),
      "node3: The mount options hard,nfsver=3 are not known on the node: one is misspelled, or has a wrong value (mount options of " +
        "StorageClass a). mount says: mount.nfs: an incorrect mount option was specified",
    ]);
  });

  test.each([["nfsver=3,hard"], ["hard,nfsver=3,retry=0"]])(
    "names whose options they are in one entry: %s",
    (entry) => {
      const error = message("node3", "mount.nfs: an incorrect mount option was specified", "nfsver=3,hard,retry=0");
      const joined = [{ usedBy: "StorageClass b", options: [entry] }];
      expect(proofFailure(error, joined, "proof")).toContain("(mount options of StorageClass b)");
    },
  );

  test("quotes what the script has said, and what the engine knows", () => {
    const error =
      "6 errors occurred:\n\t* DaemonSet p/x is not ready: pod a on the node node1: the container write ends with: root of this node " +
      "may not write\n\t* pod b on the node node2 has waited for its volumes for 60 s, and the NFS server nas says nothing\n";
    expect(proofFailure(error, sets, "proof").split("\n")).toEqual([
      "node1: root of this node may not write",
      "node2: the pod has waited for its volumes for 60 s, and the NFS server nas says nothing",
    ]);
  });

  test("without mount's words says where they are", () => {
    expect(proofFailure("the time ran out", sets, "proof")).toContain("kubectl -n proof describe pods");
  });
});

// The script as the pods have it, in the smallest shell of this machine.
describe("the script of the pods", () => {
  const script = readFileSync(join(__dirname, "../../../components/nfs/node-proof.sh"), "utf8");
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "node-proof-"));
    for (const folder of ["export", "other", "state", "bin"]) mkdirSync(join(root, folder));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function sh(action: string, { MUST_WRITE = "true", mount = "export" } = {}) {
    const env = { SERVER: "nas", EXPORT_PATH: "/nfs", MUST_WRITE, STATE: join(root, "state") };
    const MOUNTS = `${join(root, mount)} ${join(root, "other")}`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", action], {
      env: { PATH: `${join(root, "bin")}:${process.env.PATH}`, ...env, MOUNTS },
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }
  function fake(name: string, body: string): void {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(root, "bin", name), 0o755);
  }

  test("writes, reads, and leaves nothing", () => {
    expect(sh("write")).toEqual({ status: 0, stdout: "nas:/nfs was mounted, written to and read.\n", stderr: "" });
    expect(readdirSync(join(root, "export"))).toEqual([]);
  });

  test("what is read must be what was written", () => {
    fake("cat", "case $1 in /proc/*) echo 1 ;; *) echo other ;; esac");
    expect(sh("write")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("was not read back the same") as string,
    });
  });

  test("a folder that cannot be written to is an error, which quotes the system", () => {
    expect(sh("write", { mount: "none" })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Writing to nas:\/nfs failed: .*none/) as string,
    });
  });

  test.each([
    ["Permission denied", "root_squash, or the directory's mode"],
    ["Read-only file system", "read-only to this node"],
  ])("%s is an error where it must write", (words, sentence) => {
    // The uuid becomes part of the path of the file, and so of the words about it.
    fake("cat", `echo "${words}/x"`);
    expect(sh("write")).toMatchObject({ status: 1, stderr: expect.stringContaining(sentence) as string });
    const run = sh("write", { MUST_WRITE: "false" });
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toContain("root of this node may not write there");
  });

  test("is Ready while the server answers, and says why not", () => {
    const state = (name: string, text: string) => writeFileSync(join(root, "state", name), text);
    expect(sh("look")).toMatchObject({ status: 1, stderr: "nas has not answered yet.\n" });
    state("answered", `${Math.floor(Date.now() / 1000) - 3}\n`);
    expect(sh("look")).toMatchObject({ status: 0, stderr: "" });
    state("answered", `${Math.floor(Date.now() / 1000) - 60}\n`);
    expect(sh("look").stderr).toMatch(/^nas has not answered for 6\d s: \/nfs is mounted, and whoever uses it waits\./);
    state("refused", "stat: '/export/0': Stale file handle\n");
    expect(sh("look").stderr).toContain("Stale file handle");
  });

  test("asks for every mount, again and again", () => {
    fake("sleep", "kill -TERM $PPID");
    expect(sh("watch")).toMatchObject({ status: 0 });
    expect(readdirSync(join(root, "state"))).toEqual(["answered"]);
    rmSync(join(root, "other"), { recursive: true });
    expect(sh("watch")).toMatchObject({ status: 0 });
    expect(readFileSync(join(root, "state", "refused"), "utf8")).toContain("other");
  });

  test("is POSIX's, not bash's alone", () => {
    for (const shell of ["dash", "busybox"]) {
      const call = shell === "busybox" ? ["sh", "-n", "-c", script] : ["-n", "-c", script];
      const found = spawnSync("sh", ["-c", `command -v ${shell}`]).status === 0;
      if (found) execFileSync(shell, call);
    }
  });
});
