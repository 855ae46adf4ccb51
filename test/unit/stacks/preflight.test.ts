import { ClusterReader } from "../../../stacks/cluster-reader";
import { courseSchema, infrastructureSchema } from "../../../stacks/config-schema";
import { STACK_MARK } from "../../../stacks/mark-names";
import { preflightLines, type PreflightCheck } from "../../../stacks/preflight/check";
import { clusterChecks } from "../../../stacks/preflight/cluster-checks";
import type { Ownership } from "../../../stacks/preflight/ownership";
import { coursePlan, infrastructurePlan } from "../../../stacks/preflight/plans";
import { missingError } from "../../../stacks/preflight/run";
import { FakeCluster, NODES, type Answers } from "./fake-cluster";

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const config = infrastructureSchema.parse({
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24"] },
  nodes: [
    { name: "node1", host: "192.168.110.11" },
    { name: "node2", host: "192.168.110.12" },
  ],
  csi: {},
});
const own: Ownership = { objects: [], stack: "storage-lab/one" };

const resources = (group: string, kinds: Record<string, string>) => ({
  kind: "APIResourceList",
  groupVersion: group,
  resources: Object.entries(kinds).map(([kind, name]) => ({ kind, name, namespaced: false })),
});
const node = (name: string, address: string, { ready = "True", taint = "" } = {}) => ({
  metadata: { name },
  spec: taint === "" ? {} : { taints: [{ key: "a", effect: taint }] },
  status: {
    addresses: [{ type: "InternalIP", address }],
    conditions: [{ type: "Ready", status: ready }],
  },
});
const nodes = (...items: object[]) => ({ kind: "NodeList", apiVersion: "v1", metadata: {}, items });
const DEPLOYMENTS = "/apis/apps/v1/deployments";
const CLASSES = "/apis/storage.k8s.io/v1/storageclasses";
const good: Answers = {
  [DEPLOYMENTS]: { items: [] },
  [CLASSES]: { items: [] },
  "/version": { gitVersion: "v1.36.3" },
  [REVIEWS]: { status: { allowed: true } },
  "/api/v1": resources("v1", { Namespace: "namespaces", PersistentVolume: "persistentvolumes" }),
  "/apis/storage.k8s.io/v1": resources("storage.k8s.io/v1", {
    StorageClass: "storageclasses",
    CSIDriver: "csidrivers",
  }),
  "/apis/rbac.authorization.k8s.io/v1": resources("rbac.authorization.k8s.io/v1", {
    ClusterRole: "clusterroles",
    ClusterRoleBinding: "clusterrolebindings",
  }),
  [NODES]: nodes(node("node1", "192.168.110.11"), node("k8s-2", "192.168.110.12")),
};
const named = (kind: string, apiVersion: string, name: string, mark?: string) => ({
  kind,
  apiVersion,
  metadata: { name, annotations: mark === undefined ? {} : { [STACK_MARK]: mark } },
});
const CLASS = "/apis/storage.k8s.io/v1/storageclasses/nfs-client";
const storageClass = (mark?: string) => named("StorageClass", "storage.k8s.io/v1", "nfs-client", mark);

/** What is found on a cluster that is good but for some answers. */
async function look(
  change: Answers = {},
  ownership = own,
  plan = infrastructurePlan(config),
): Promise<PreflightCheck[]> {
  const cluster = await FakeCluster.start({ ...good, ...change });
  try {
    const reader = await ClusterReader.open({ kubeconfig: cluster.kubeconfig() });
    return await clusterChecks(reader, plan, ownership);
  } finally {
    await cluster.stop();
  }
}

const notGood = (checks: PreflightCheck[]) => checks.filter(({ state }) => state !== "good");

test("a cluster that has all", async () => {
  const checks = await look();
  expect(notGood(checks)).toEqual([]);
  expect(checks).toHaveLength(6);
  expect(missingError("one", checks)).toBeUndefined();
});

test("a server that does not answer is told at once, with the key that names it", async () => {
  const reader = await ClusterReader.open({
    kubeconfig: (await stoppedCluster()).kubeconfig(),
  });
  const checks = await clusterChecks(reader, infrastructurePlan(config), own);
  expect(checks).toEqual([expect.objectContaining({ state: "missing", title: "the API server answers" })]);
  expect(missingError("one", checks)).toMatch(
    /The stack one cannot be applied; nothing was changed\.\n {2}- cluster: the API server answers: no\. .*ECONNREFUSED.*storage-lab:infrastructure\.kubeconfig/,
  );
});

test("a context that the kubeconfig does not have", async () => {
  const kubeconfig = (await stoppedCluster()).kubeconfig();
  const reader = await ClusterReader.open({ kubeconfig, context: "d" });
  expect(await clusterChecks(reader, infrastructurePlan(config), own)).toEqual([
    expect.objectContaining({
      found: "the kubeconfig has no context d: it has c",
      remedy: expect.stringContaining("storage-lab:infrastructure.kubeconfig, or context next to it") as string,
    }),
  ]);
});

async function stoppedCluster(): Promise<FakeCluster> {
  const cluster = await FakeCluster.start({});
  await cluster.stop();
  return cluster;
}

test("rights that lack are named, by kind", async () => {
  const [check, ...others] = notGood(await look({ [REVIEWS]: { status: { allowed: false } } }));
  expect(others).toEqual([]);
  expect(check).toMatchObject({ state: "missing" });
  expect(check?.found).toContain("create, patch, delete storageclasses.storage.k8s.io");
});

test("rights that cannot be asked for are a warning", async () => {
  expect(notGood(await look({ [REVIEWS]: "forbidden" }))).toEqual([
    expect.objectContaining({ state: "warning", found: "it is forbidden" }),
  ]);
});

describe("an object of a name that the stack takes", () => {
  test.each([
    ["nobody's", storageClass(), own],
    ["another stack's", storageClass("storage-lab/two"), own],
  ])("is %s: named, with the way out", async (_whose, object, ownership) => {
    const checks = notGood(await look({ [CLASS]: object }, ownership));
    expect(missingError("one", checks)).toMatch(/storageClasses, or delete it\.$/);
    expect(checks).toEqual([
      expect.objectContaining({
        state: "missing",
        title: "the name of the StorageClass nfs-client is free",
        found: expect.stringContaining(
          "The StorageClass nfs-client exists and is not this stack's: it was left as it is.",
        ) as string,
        remedy: "Give the class another name in storageClasses, or delete it.",
      }),
    ]);
  });

  test.each([
    ["by its mark", storageClass("storage-lab/one"), own],
    [
      "by its state",
      storageClass(),
      { ...own, objects: [{ kind: "StorageClass", name: "nfs-client", resource: "nfs-client-class" }] },
    ],
  ])("is the stack's, %s", async (_how, object, ownership) => {
    expect(notGood(await look({ [CLASS]: object }, ownership))).toEqual([]);
  });

  test("of all kinds, all at once", async () => {
    const checks = notGood(
      await look({
        [CLASS]: storageClass(),
        "/api/v1/namespaces/nfs-provisioner": named("Namespace", "v1", "nfs-provisioner"),
        "/apis/storage.k8s.io/v1/csidrivers/nfs.csi.k8s.io": named("CSIDriver", "storage.k8s.io/v1", "nfs.csi.k8s.io"),
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/nfs-client-provisioner-runner": named(
          "ClusterRole",
          "rbac.authorization.k8s.io/v1",
          "nfs-client-provisioner-runner",
        ),
      }),
    );
    expect(checks.map(({ title }) => title).sort()).toEqual([
      "the name of the CSIDriver nfs.csi.k8s.io is free",
      "the name of the ClusterRole nfs-client-provisioner-runner is free",
      "the name of the Namespace nfs-provisioner is free",
      "the name of the StorageClass nfs-client is free",
    ]);
  });

  const course = courseSchema.parse({ infrastructureStack: "i", localNode: "node1" });

  test("a volume of the course", async () => {
    const taken = { "/api/v1/persistentvolumes/my-pv": named("PersistentVolume", "v1", "my-pv") };
    expect(notGood(await look(taken, own, coursePlan(course)))).toEqual([
      expect.objectContaining({
        title: "the name of the PersistentVolume my-pv is free",
        remedy: "For another name of the stack's own, set namePrefix.",
      }),
    ]);
    const objects = [{ kind: "Namespace", name: "shiqi", resource: "namespace" }];
    expect(notGood(await look(taken, { ...own, objects }, coursePlan(course)))).toEqual([
      expect.objectContaining({
        remedy: "Delete it, or run pulumi destroy and set namePrefix for another name.",
      }),
    ]);
  });

  test("a volume of a course with a prefix", async () => {
    const taken = { "/api/v1/persistentvolumes/b-my-pv": named("PersistentVolume", "v1", "b-my-pv") };
    expect(notGood(await look(taken, own, coursePlan({ ...course, namePrefix: "b-" })))).toEqual([
      expect.objectContaining({ remedy: "For another name of the stack's own, set another namePrefix than b-." }),
    ]);
  });

  test("a namespace of the course", async () => {
    const taken = { "/api/v1/namespaces/shiqi": named("Namespace", "v1", "shiqi") };
    expect(notGood(await look(taken, own, coursePlan(course)))).toEqual([
      expect.objectContaining({
        title: "the name of the Namespace shiqi is free",
        remedy:
          "To leave it alone, set createNamespace: false to work inside it, name another one as namespace, or set namePrefix.",
      }),
    ]);
  });
});

describe("the provisioner's name", () => {
  const NAME = "k8s-sigs.io/nfs-subdir-external-provisioner";
  const marked = (name: string, mark?: string, namespace?: string) => ({
    metadata: { name, namespace, annotations: mark === undefined ? {} : { [STACK_MARK]: `storage-lab/${mark}` } },
  });
  const provisioner = (namespace: string, mark?: string, value = NAME) => ({
    ...marked("nfs-client-provisioner", mark, namespace),
    spec: { template: { spec: { containers: [{ env: [{ name: "PROVISIONER_NAME", value }] }] } } },
  });
  const classOf = (name: string, mark?: string) => ({ ...marked(name, mark), provisioner: NAME });
  const found = async (deployments: object[], classes: object[] = [], plan = infrastructurePlan(config)) =>
    notGood(await look({ [DEPLOYMENTS]: { items: deployments }, [CLASSES]: { items: classes } }, own, plan));

  test("is another stack's: named, with its classes and the key", async () => {
    const checks = await found([provisioner("nfs-b", "two")], [classOf("nfs-b", "two")]);
    expect(missingError("one", checks)).toContain(
      `storage-lab:infrastructure.provisioner.name: the provisioner's name ${NAME} is unique in the cluster: no. ` +
        "It is the name in the Deployment nfs-b/nfs-client-provisioner (of the stack storage-lab/two), the StorageClass " +
        "nfs-b (of the stack storage-lab/two); both provisioners make a directory for each claim. " +
        `Write another name as storage-lab:infrastructure.provisioner.name, such as ${NAME}-2, or remove what has it.`,
    );
  });

  test("is that of a provisioner of no stack", async () => {
    expect(await found([provisioner("kube-system")])).toEqual([
      expect.objectContaining({
        state: "missing",
        found: expect.stringContaining("kube-system/nfs-client-provisioner (of no stack)") as string,
      }),
    ]);
  });

  test("of a further export", async () => {
    const additional = [{ name: "archive", existing: { server: "192.168.110.20", path: "/volume1" } }];
    const both = infrastructureSchema.parse({
      nas: { name: "nas", host: "192.168.110.168" },
      export: { clients: ["192.168.110.0/24"] },
      nodePods: {},
      additional,
    });
    expect(await found([provisioner("nfs-b", "two", `${NAME}-archive`)], [], infrastructurePlan(both))).toEqual([
      expect.objectContaining({
        subject: "storage-lab:infrastructure.additional[0].provisioner.name",
        state: "missing",
      }),
    ]);
  });

  test("of two stacks that are made is a warning", async () => {
    expect(await found([provisioner("nfs", "one"), provisioner("nfs-b", "two")])).toEqual([
      expect.objectContaining({ state: "warning", subject: "storage-lab:infrastructure.provisioner.name" }),
    ]);
  });

  test.each<[string, object[], object[], string[]]>([
    ["another name's", [provisioner("nfs-b", "two", "other")], [], []],
    ["the stack's own", [provisioner("nfs", "one")], [classOf("nfs-client", "one")], []],
    ["a class made by hand for the stack's own", [provisioner("nfs", "one")], [classOf("mine")], []],
    ["a class that somebody left", [], [classOf("mine")], ["warning"]],
    ["a class of another stack, whose provisioner is gone", [], [classOf("nfs-b", "two")], ["missing"]],
  ])("%s", async (_title, deployments, classes, states) => {
    expect((await found(deployments, classes)).map(({ state }) => state)).toEqual(states);
  });

  test("its own by the state alone", async () => {
    const objects = [{ kind: "Deployment", name: "nfs-client-provisioner", namespace: "nfs", resource: "provisioner" }];
    const ofOthers = { [DEPLOYMENTS]: { items: [provisioner("nfs")] } };
    expect(notGood(await look(ofOthers, { ...own, objects }))).toEqual([]);
  });

  test("what may not be listed is a warning", async () => {
    expect(notGood(await look({ [DEPLOYMENTS]: "forbidden" }))).toEqual([
      expect.objectContaining({ state: "warning", found: "it is forbidden" }),
    ]);
  });
});

describe("nodes", () => {
  const found = async (...items: object[]) => notGood(await look({ [NODES]: nodes(...items) }));
  const one = node("node1", "192.168.110.11");
  const two = node("node2", "192.168.110.12");

  test("one that is not Ready is a warning, all of them an error", async () => {
    const away = (name: string, address: string) => node(name, address, { ready: "Unknown" });
    expect(await found(one, away("node2", "192.168.110.12"))).toEqual([
      expect.objectContaining({ state: "warning", found: "not Ready: node2" }),
    ]);
    expect(await found(away("node1", "192.168.110.11"))).toEqual([expect.objectContaining({ state: "missing" })]);
  });

  test("all of them away is a warning for a stack that is made: they may be booting", async () => {
    const objects = [{ kind: "StorageClass", name: "nfs-client", resource: "nfs-client-class" }];
    const away = { [NODES]: nodes(node("node1", "192.168.110.11", { ready: "Unknown" })) };
    expect(notGood(await look(away, { ...own, objects }))).toEqual([
      expect.objectContaining({ state: "warning", found: "not Ready: node1" }),
    ]);
  });

  test("one that takes pods and is in no list is a warning", async () => {
    expect(await found(one, two, node("node3", "192.168.110.13"))).toEqual([
      expect.objectContaining({ state: "warning", found: "not in it: node3 (node3, 192.168.110.13)" }),
    ]);
  });

  test.each(["NoSchedule", "NoExecute"])("one with the taint %s need not be in it", async (taint) => {
    expect(await found(one, two, node("control", "192.168.110.10", { taint }))).toEqual([]);
  });

  test("one that is in it by its name, under another address", async () => {
    expect(await found(one, node("node2", "10.0.2.15"))).toEqual([]);
  });
});

test("the list has what is missing last, with what to do", () => {
  const check = (state: PreflightCheck["state"], remedy?: string): PreflightCheck => ({
    subject: "nas",
    title: state,
    state,
    remedy,
  });
  expect(preflightLines([check("missing", "do it"), check("planned"), check("good"), check("warning")])).toEqual([
    "✓ nas: good",
    "+ nas: planned",
    "! nas: warning",
    "✗ nas: missing\n    → do it",
  ]);
});
