import { ClusterReader } from "../../../../stacks/cluster-reader";
import { classroomPlan } from "../../../../stacks/classroom/class-plans";
import { classroomSchema } from "../../../../stacks/config-schema";
import { type PreflightCheck, preflightLines } from "../../../../stacks/preflight/check";
import { clusterChecks } from "../../../../stacks/preflight/cluster-checks";
import { type Answers, FakeCluster, NODES } from "../fake-cluster";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kinds = (groupVersion: string, all: Record<string, string>) => ({
  kind: "APIResourceList",
  groupVersion,
  resources: Object.entries(all).map(([kind, name]) => ({ kind, name, namespaced: false })),
});
const node = (name: string, address: string) => ({
  metadata: { name },
  status: { addresses: [{ type: "InternalIP", address }], conditions: [{ type: "Ready", status: "True" }] },
});
const policies = {
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  ValidatingAdmissionPolicyBinding: "validatingadmissionpolicybindings",
};
const good: Answers = {
  "/version": { gitVersion: "v1.36.3" },
  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": { status: { allowed: true } },
  "/apis/storage.k8s.io/v1": kinds("storage.k8s.io/v1", { StorageClass: "storageclasses", CSIDriver: "csidrivers" }),
  "/apis/scheduling.k8s.io/v1": kinds("scheduling.k8s.io/v1", { PriorityClass: "priorityclasses" }),
  "/apis/rbac.authorization.k8s.io/v1": kinds("rbac.authorization.k8s.io/v1", { ClusterRole: "clusterroles" }),
  "/apis/admissionregistration.k8s.io/v1": kinds("admissionregistration.k8s.io/v1", policies),
  "/apis/storage.k8s.io/v1/csidrivers/nfs.csi.k8s.io": { kind: "CSIDriver", metadata: { name: "nfs.csi.k8s.io" } },
  [NODES]: { kind: "NodeList", items: [node("node1", "192.168.110.11"), node("node2", "192.168.110.12")] },
};
const nodes = ["192.168.110.11", "192.168.110.12"].map((host, index) => ({
  name: `node${index + 1}`,
  host,
  port: 22,
  user: "root",
}));

/** What stands against a class, a line each. */
async function missing(change: Answers = {}, settings = {}, known = nodes): Promise<string[]> {
  const cluster = await FakeCluster.start({ ...good, ...change });
  const folder = mkdtempSync(join(tmpdir(), "storage-lab-class-preflight-"));
  try {
    const kubeconfig = join(folder, "config");
    writeFileSync(kubeconfig, cluster.kubeconfig());
    const config = classroomSchema.parse({ infrastructureStack: "infra", class: "school", ...settings });
    const plan = classroomPlan(config, { nodes: known, csiDriver: "nfs.csi.k8s.io" });
    const checks = await clusterChecks(await ClusterReader.open({ kubeconfig }), plan, {
      objects: [],
      stack: "storage-lab/one",
    });
    return preflightLines(checks.filter(({ state }: PreflightCheck) => state !== "good"));
  } finally {
    rmSync(folder, { recursive: true });
    await cluster.stop();
  }
}

test("a cluster that has all is good", async () => expect(await missing()).toEqual([]));

test("a release without admission policies is refused", async () => {
  expect(await missing({ "/version": { gitVersion: "v1.29.4+k3s1" } })).toEqual([
    expect.stringContaining(
      "✗ cluster: Kubernetes is 1.30 or newer, which has ValidatingAdmissionPolicies: it is v1.29.4+k3s1",
    ),
  ]);
});

test("a node without a firewall is refused, and none without podFirewall", async () => {
  expect(await missing({}, {}, nodes.slice(1))).toEqual([
    expect.stringMatching(/^✗ .*not in it: node1 \(node1, 192\.168\.110\.11\)/),
  ]);
  expect(await missing({}, { podFirewall: false }, [])).toEqual([]);
});

test("what the config names and the cluster lacks is told, all at once", async () => {
  const lines = await missing(
    { "/apis/storage.k8s.io/v1/csidrivers/nfs.csi.k8s.io": undefined as unknown as object },
    { otherClasses: ["fast"], priorityClasses: ["standard"] },
  );
  expect(lines).toEqual([
    expect.stringContaining("✗ cluster: the CSIDriver nfs.csi.k8s.io is there"),
    expect.stringMatching(/✗ cluster: the StorageClass fast is there\n.*storage-lab:classroom\.otherClasses\[0\]/),
    expect.stringMatching(
      /✗ cluster: the PriorityClass standard is there\n.*storage-lab:classroom\.priorityClasses\[0\]/,
    ),
  ]);
});
