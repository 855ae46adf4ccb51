import type { V1Node, V1Pod, V1Taint } from "@kubernetes/client-node";
import type { Stack } from "../../../operations/lab";
import { lookAtNodeProofs } from "../../../operations/probe/node-proofs";
import { FakeCluster } from "../exercises/fake-cluster";
import { declared, namespace, pod, ready, viewOf } from "./small-lab";

const nodeProof = { namespace, daemonSet: "proof" };
const stacks = [
  {
    name: "infra",
    program: "infrastructure",
    state: { resources: [{ urn: "", type: "pulumi:pulumi:Stack", outputs: { nodeProof, nfs: { path: "/nfs" } } }] },
  },
] as Stack[];

function node(
  name: string,
  { taints = [], ...more }: { taints?: V1Taint[]; ready?: string; labels?: object } = {},
): V1Node {
  return {
    metadata: { name, labels: more.labels as Record<string, string> },
    spec: { taints },
    status: { conditions: [{ type: "Ready", status: more.ready ?? "True", message: "Kubelet stopped" }] },
  };
}
const taint = (key: string, value?: string, effect = "NoSchedule"): V1Taint => ({ key, value, effect });
const podOn = (nodeName: string, status: V1Pod["status"] = ready): V1Pod =>
  pod(`proof-${nodeName}`, status, {
    metadata: {
      ownerReferences: [{ uid: "set", controller: true } as never],
      name: `proof-${nodeName}`,
      namespace,
      uid: nodeName,
    },
    spec: { containers: [{ name: "c" }], nodeName },
  });

async function look(nodes: V1Node[], pods: V1Pod[], spec: object = {}, events: object[] = [], made = stacks) {
  const set = { metadata: { name: "proof", namespace, uid: "set" }, spec: { template: { spec } } };
  const cluster = new FakeCluster().add("DaemonSet", set as never);
  for (const each of nodes) cluster.add("Node", each);
  for (const each of pods) cluster.add("Pod", each);
  for (const each of events) cluster.add("Event", each as never);
  return lookAtNodeProofs(await viewOf(cluster, declared("DaemonSet", "proof")), made);
}
const lines = async (...args: Parameters<typeof look>) =>
  (await look(...args)).map(({ id, passed, reason }) => `${id}: ${passed ? "good" : reason}`);

test("a node with a Ready pod is proven", async () => {
  expect(await look([node("node1")], [podOn("node1")])).toEqual([
    { id: "Node node1 /nfs", title: "/nfs is mounted and answers on node1", passed: true },
  ]);
});

test("a pulumi up that failed has put nothing out: the pods are found by their DaemonSet", async () => {
  const containers = [{ name: "c", env: [{ name: "EXPORT_PATH", value: "/nfs" }] }];
  const set = (name: string, pod: object) => ({
    urn: name,
    type: "kubernetes:apps/v1:DaemonSet",
    id: `${namespace}/${name}`,
    inputs: { metadata: { name, namespace }, spec: { template: { spec: pod } } },
  });
  const resources = [
    { urn: "", type: "pulumi:pulumi:Stack" },
    set("proof", { containers }),
    set("csi-nfs-node", { containers: [{ name: "c" }] }),
  ];
  const failedOnce = [{ name: "infra", program: "infrastructure", state: { resources } }] as Stack[];
  const pods = [podOn("node1", { phase: "Pending" })];
  const [finding, ...others] = await look([node("node1")], pods, {}, [], failedOnce);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    id: "Node node1 /nfs",
    passed: false,
    reason: "Pod shiqi/proof-node1 is Pending, not Ready",
  });
});

test("a node that has joined and one that is away are told, each with its cause", async () => {
  const away = taint("node.kubernetes.io/unreachable");
  const nodes = [node("node1"), node("node2"), node("node3", { taints: [away], ready: "Unknown" })];
  expect(await lines(nodes, [podOn("node1")])).toEqual([
    "Node node1 /nfs: good",
    "Node node2 /nfs: the pod that proves it is not there yet",
    "Node node3 /nfs: the node node3 is away: Kubelet stopped",
  ]);
});

test("what a mount has failed with is told in plain words", async () => {
  const message =
    "MountVolume.SetUp failed\nMounting command: mount\nMounting arguments: -t nfs -o retry=0 nas:/nfs " +
    "/var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/x\nOutput: mount.nfs: access denied by server while mounting nas:/nfs\n";
  const event = {
    metadata: { name: "e", namespace },
    type: "Warning",
    reason: "FailedMount",
    message,
    lastTimestamp: new Date(),
  };
  const events = [{ ...event, involvedObject: { uid: "node1" } }];
  const [finding] = await look([node("node1")], [podOn("node1", { phase: "Pending" })], {}, events);
  expect(finding?.reason).toMatch(
    /^Pod shiqi\/proof-node1 is Pending, not Ready; Access denied by server: nas does not export \/nfs to node1, .*; mount says: mount.nfs: access denied/,
  );
  expect(finding?.trouble?.lastingAfter).toBe(60);
});

test("nodes with taints that the pods do not tolerate, and those that were not chosen, are left out", async () => {
  const spec = {
    nodeSelector: { pool: "students" },
    tolerations: [
      { key: "gpu", value: "a100", effect: "NoSchedule" },
      { key: "slow", operator: "Exists" },
    ],
  };
  const labels = { pool: "students" };
  const nodes = [
    node("plain", { labels }),
    node("other", { labels: { pool: "staff" } }),
    node("gpu", { labels, taints: [taint("gpu", "a100")] }),
    node("newer-gpu", { labels, taints: [taint("gpu", "h100")] }),
    node("slow", { labels, taints: [taint("slow", "very", "NoExecute")] }),
    node("soft", { labels, taints: [taint("any", "", "PreferNoSchedule")] }),
    node("control-plane", { labels, taints: [taint("node-role.kubernetes.io/control-plane")] }),
  ];
  expect((await look(nodes, [], spec)).map(({ id }) => id.split(" ")[1])).toEqual(["plain", "gpu", "slow", "soft"]);
});

test("further exports have pods of their own", async () => {
  const additional = { more: { nodeProof, nfs: { path: "/more" } }, bySsh: { nfs: { path: "/other" } } };
  const state = { resources: [{ urn: "", type: "pulumi:pulumi:Stack", outputs: { additional } }] };
  const cluster = new FakeCluster().add("Node", node("node1"));
  cluster.add("DaemonSet", {
    metadata: { name: "proof", namespace, uid: "set" },
    spec: { template: { spec: {} } },
  } as never);
  const view = await viewOf(cluster, declared("DaemonSet", "proof"));
  const found = await lookAtNodeProofs(view, [{ name: "infra", program: "infrastructure", state }] as Stack[]);
  expect(found.map(({ title }) => title)).toEqual(["/more is mounted and answers on node1"]);
});

test("without such pods there is nothing to tell", async () => {
  expect(await lookAtNodeProofs(await viewOf(new FakeCluster().add("Node", node("node1"))), stacks)).toEqual([]);
  expect(await lookAtNodeProofs(await viewOf(new FakeCluster()), [])).toEqual([]);
});
