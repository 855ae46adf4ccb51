import { wentWell } from "../support/expectations";
import { infrastructureSettings, sandboxFacts, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

// Nodes that nobody logs in to, as those of a managed cluster: pods prove them, each with the mount options of all volumes.
const lab = new TestLab();
const stack = new TestStack(lab, "infrastructure", "node-pods");
const nodes = ["node1", "node2"];
let settings: Settings;

const withClass = (mountOptions: string[]): Settings => ({
  ...settings,
  storageClasses: [{ name: "nfs-client" }, { name: "nfs-odd", mountOptions }],
});

beforeAll(async () => {
  const { nas, kubeconfig, provisioner, export: exported } = await infrastructureSettings(lab);
  const { images } = await sandboxFacts(lab);
  const nodePods = { image: images.tools };
  settings = { nas, kubeconfig, provisioner, export: exported, nodePods, mountOptions: ["nfsvers=3"] };
  // Pods can prove a client and install none; the tests before this one have installed it over SSH.
  const install =
    "command -v mount.nfs >/dev/null || { apt-get update && apt-get install -y --no-install-recommends nfs-common; }";
  await Promise.all(nodes.map((node) => lab.ssh(node, install)));
  await stack.init(withClass(["hard", "nfsver=4.2"]));
});
afterAll(() => stack.remove());

test("a misspelled mount option of a class is found on the nodes, and nothing comes after it", async () => {
  const { exitCode, output } = await stack.up();
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(
    /node[12].*: The mount options hard,nfsver=4.2 are not known on the node: .* \(mount options of StorageClass nfs-odd\)\. mount says: mount\.nfs: an incorrect mount option/,
  );
  expect(await lab.object("namespace", "nfs-provisioner")).toBeUndefined();
});

test("every node has the export mounted with each set of options, by its own kubelet", async () => {
  stack.configure(withClass(["nfsvers=4.2"]));
  wentWell(await stack.up());
  const nodeProof = { namespace: "nfs-node-proof", daemonSet: "nfs-node-proof" };
  expect(await stack.outputs()).toMatchObject({ nodeProof, mountOptions: ["nfsvers=3"] });
  for (const node of nodes) {
    const mounts = await lab.ssh(node, "grep nfs-node-proof- /proc/mounts");
    expect(mounts).toMatch(/:\/nfs \S+ nfs .*vers=3,/);
    expect(mounts).toMatch(/:\/nfs \S+ nfs4 .*vers=4\.2,/);
  }
  const provisioner = (await Promise.all(nodes.map((node) => lab.ssh(node, "cat /proc/mounts")))).join("");
  expect(provisioner).toMatch(/pv-nfs-provisioner-nfs-client-provisioner nfs .*vers=3,/);
  wentWell(await stack.preview("--expect-no-changes"));
});

test("all of it goes again", async () => {
  wentWell(await stack.destroy());
  for (const node of nodes) expect(await lab.ssh(node, "cat /proc/mounts")).not.toContain(":/nfs ");
});
