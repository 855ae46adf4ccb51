import { kindOf } from "../../../../embedded/cli/kubectl";
import { hostChecksOf } from "../../../../embedded/cli/probe-lab";
import { labHome, stackNames } from "../../../../embedded/cli/lab-files";
import { sort } from "../../../../embedded/cli/provisioned-volumes";
import { hostNamed, sshCommand } from "../../../../embedded/cli/ssh-command";

describe("labHome", () => {
  test("is .lab in the clone, or what STORAGE_LAB_HOME says", () => {
    expect(labHome({})).toMatch(/\/\.lab$/);
    expect(labHome({ STORAGE_LAB_HOME: "/srv/lab" })).toBe("/srv/lab");
  });

  test("must be absolute, so that it means the same from every folder", () => {
    expect(() => labHome({ STORAGE_LAB_HOME: "lab" })).toThrow('STORAGE_LAB_HOME is "lab", not an absolute path.');
  });
});

test("two labs of one clone have different stacks", () => {
  expect(stackNames(labHome({}))).toEqual({ infrastructure: "infrastructure-sandbox", course: "course-sandbox" });
  expect(stackNames("/srv/lab").course).toMatch(/^course-sandbox-[0-9a-f]{8}$/);
});

test.each([
  ["kubernetes:core/v1:Namespace", "Namespace"],
  ["kubernetes:apps/v1:StatefulSet", "StatefulSet.v1.apps"],
  ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "ClusterRole.v1.rbac.authorization.k8s.io"],
])("kubectl finds %s as %s", (type, kind) => {
  expect(kindOf(type)).toBe(kind);
});

describe("what a stack hands out to check the NAS with", () => {
  const check = { name: "nas-x", title: "The export is in force", script: "nfs-server", values: { NAME: "x" } };
  const stack = (outputs?: Record<string, unknown>) => ({
    resources: [
      { urn: "urn:pulumi:i::storage-lab::pulumi:pulumi:Stack::storage-lab-i", type: "pulumi:pulumi:Stack", outputs },
      { urn: "urn:pulumi:i::storage-lab::t:t:T::other", type: "t:t:T", outputs: { hostChecks: ["not the stack's"] } },
    ],
  });

  test("is its output", () => {
    expect(hostChecksOf(stack({ hostChecks: [check], nfs: {} }))).toEqual([check]);
    expect(hostChecksOf(stack({ hostChecks: [] }))).toEqual([]);
  });

  test("is nothing where there is no stack, or an empty one", () => {
    expect(hostChecksOf(undefined)).toEqual([]);
    expect(hostChecksOf({ manifest: {}, resources: [] })).toEqual([]);
  });

  test("is missing from a stack that older code made, or that was not finished", () => {
    expect(hostChecksOf(stack({ nfs: {} }))).toBeUndefined();
    expect(hostChecksOf(stack())).toBeUndefined();
  });
});

describe("volumes at the end of the course", () => {
  const volume = (name: string, policy: string, provisioned = true) => ({
    metadata: {
      name,
      annotations: (provisioned ? { "pv.kubernetes.io/provisioned-by": "p" } : {}) as Record<string, string>,
    },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { uid: `claim of ${name}` } },
  });
  const claim = (name: string, deletionTimestamp?: string) => ({
    metadata: { uid: `claim of ${name}`, deletionTimestamp },
  });

  test("only those that the provisioner must delete are waited for, and only those that a claim uses are in the way", () => {
    const { inUse, leaving } = sort(
      [
        volume("used", "Delete"),
        volume("used and kept", "Retain"),
        volume("still Bound, its claim gone", "Delete"),
        volume("its claim going", "Delete"),
        volume("kept, its claim going", "Retain"),
        volume("kept", "Retain"),
        volume("static", "Retain", false),
      ],
      [
        ...["used", "used and kept", "static"].map((name) => claim(name)),
        ...["its claim going", "kept, its claim going"].map((name) => claim(name, "2026-01-01T00:00:00Z")),
      ],
    );
    expect(inUse.map((v) => v.metadata.name)).toEqual(["used", "used and kept"]);
    expect(leaving.map((v) => v.metadata.name)).toEqual([
      "still Bound, its claim gone",
      "its claim going",
      "kept, its claim going",
    ]);
  });
});

describe("ssh", () => {
  const host = (name: string, address: string) => ({ name, address, port: 22, user: "root", hostKey: "" });
  const facts = {
    nas: host("nas-192.168.110.168", "192.168.110.168"),
    nodes: [host("node1", "192.168.110.11")],
    sshKey: "/k",
    knownHosts: "/known",
  };

  test("knows a host by its name, its address, and the NAS as nas", () => {
    expect(hostNamed(facts, "nas")).toBe(facts.nas);
    expect(hostNamed(facts, "192.168.110.11")).toBe(facts.nodes[0]);
  });

  test("names the hosts when there is none of that name", () => {
    expect(() => hostNamed(facts, "node9")).toThrow('There is no host "node9" in the lab.');
  });

  test("checks the host's key against the lab's own list alone", () => {
    const command = sshCommand(facts, facts.nas, ["uptime"]);
    expect(command).toEqual(expect.arrayContaining(["StrictHostKeyChecking=yes", "UserKnownHostsFile=/known"]));
    expect(command.slice(-2)).toEqual(["root@192.168.110.168", "uptime"]);
  });
});
