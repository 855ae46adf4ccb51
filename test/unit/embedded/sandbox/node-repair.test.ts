import type { HostLook } from "../../../../embedded/sandbox/hosts/host-look";
import type { ClusterApi } from "../../../../embedded/sandbox/kubernetes/api";
import type { Node } from "../../../../embedded/sandbox/kubernetes/node";
import { repairNodes } from "../../../../embedded/sandbox/kubernetes/node-repair";
import { nodes } from "../../../../embedded/sandbox/plan";
import { Failure } from "../../../../exercises/runner/failure";

const labels = (name: string) => ({
  "kubernetes.io/hostname": name,
  "kubernetes.io/os": "linux",
  "kubernetes.io/arch": "amd64",
});
const node = (name: string, change: Partial<Node> = {}): Node => ({
  metadata: { name, labels: labels(name) },
  status: { nodeInfo: { architecture: "amd64" } },
  ...change,
});
const look: HostLook = { booting: false, bootedAt: 0, broken: [] };
const broken = (...units: string[]): HostLook => ({
  ...look,
  broken: units.map((unit) => ({ unit: `${unit}.service`, state: "stopped" })),
});

/** Repairs both nodes; node2 is in order. Tells what was run where, and what the user was told. */
async function repair(first: Node, { of = look, error }: { of?: HostLook; error?: Error } = {}) {
  const ran: string[] = [];
  const notes: string[] = [];
  const api = {
    list: () => Promise.resolve([first, node("node2")]),
    kubectl: (args: string[]) => Promise.resolve(ran.push(`kubectl ${args.join(" ")}`)),
  } as unknown as ClusterApi;
  const hosts = nodes.map((plan) => ({
    plan,
    look: plan.name === "node1" ? of : look,
    run: (command: string) => (error ? Promise.reject(error) : Promise.resolve(ran.push(`${plan.name}: ${command}`))),
  }));
  const since = await repairNodes(api, hosts, { waiting: () => {}, note: (line) => void notes.push(line) });
  return { ran, notes: notes.join("\n"), started: Object.keys(since) };
}

test("nothing is run where nothing is wrong", async () => {
  expect(await repair(node("node1"))).toEqual({ ran: [], notes: "", started: [] });
});

test("units that were stopped or masked are started, and the kubelet has to report anew", async () => {
  const { ran, notes, started } = await repair(node("node1"), { of: broken("containerd", "kubelet") });
  expect(ran).toEqual([
    "node1: systemctl --quiet unmask --runtime containerd.service kubelet.service && " +
      "systemctl --quiet unmask containerd.service kubelet.service && systemctl start containerd.service kubelet.service",
  ]);
  expect(notes).toMatch(/node1: containerd\.service was stopped, kubelet\.service was stopped/);
  expect(started).toEqual(["node1"]);
});

test("without the kubelet among them, none has to report", async () => {
  const { ran, started } = await repair(node("node1"), { of: broken("kube-proxy") });
  expect(ran).toHaveLength(1);
  expect(started).toEqual([]);
});

describe("a node that its kubelet has to register again", () => {
  const restarted = { ran: ["node1: systemctl restart kubelet.service"], started: ["node1"] };

  test.each<[string, Partial<Node>]>([
    ["deleted, and made again without what a kubelet adds", { metadata: { name: "node1" }, status: undefined }],
    [
      "another host name",
      { metadata: { name: "node1", labels: { ...labels("node1"), "kubernetes.io/hostname": "x" } } },
    ],
    ["no system", { metadata: { name: "node1", labels: { ...labels("node1"), "kubernetes.io/os": "" } } }],
    [
      "another processor",
      { metadata: { name: "node1", labels: { ...labels("node1"), "kubernetes.io/arch": "arm64" } } },
    ],
  ])("%s", async (_name, change) => {
    expect(await repair(node("node1", change))).toMatchObject(restarted);
  });

  test("is left alone while its host boots, which registers it", async () => {
    const bare = node("node1", { metadata: { name: "node1" } });
    expect(await repair(bare, { of: { ...look, booting: true } })).toMatchObject({ ran: [], started: [] });
  });

  test("is registered by a kubelet that is started anyway", async () => {
    const { ran } = await repair(node("node1", { metadata: { name: "node1" } }), { of: broken("kubelet") });
    expect(ran.join()).not.toContain("restart");
  });
});

test("a node that was cordoned or drained takes pods again", async () => {
  const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
  const { ran, notes } = await repair(node("node1", { spec: { unschedulable: true, taints: [taint] } }));
  expect(ran).toEqual(["kubectl uncordon node1"]);
  expect(notes).toContain("node1 was cordoned");
});

test("taints added by hand are removed, those of the controllers stay", async () => {
  const taints = [
    { key: "node.kubernetes.io/not-ready", effect: "NoExecute" },
    { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" },
    { key: "lesson", value: "three", effect: "NoSchedule" },
  ];
  const { ran, notes } = await repair(node("node1", { spec: { taints } }));
  expect(ran).toEqual(["kubectl taint nodes node1 node.kubernetes.io/out-of-service:NoExecute- lesson:NoSchedule-"]);
  expect(notes).toContain("lesson=three:NoSchedule");
});

test("a unit that cannot be started is named, with its host and where to look", async () => {
  const error = new Failure("Unit kubelet.service not found.");
  await expect(repair(node("node1"), { of: broken("kubelet"), error })).rejects.toMatchObject({
    message: expect.stringMatching(
      /^node1: kubelet\.service was stopped, and cannot be started: .*not found/,
    ) as string,
    remedy: expect.stringContaining("./lab ssh node1 -- journalctl -u kubelet.service") as string,
  });
});
