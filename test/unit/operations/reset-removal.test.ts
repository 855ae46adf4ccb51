import { addedTo, listLines } from "../../../operations/reset/added";
import { takeInventory } from "../../../operations/reset/inventory";
import { planRemoval, type Removal } from "../../../operations/reset/removal";
import { removeObjects } from "../../../operations/reset/remove-objects";
import { ClusterView } from "../../../operations/probe/cluster-view";
import { scopeOf } from "../../../operations/reset/scope";
import { Failure } from "../../../exercises/runner/failure";
import type { Kind } from "../../../exercises/cluster/kinds";
import { courseResources, resource, ResetLab } from "./reset-lab";

async function removal(x: ResetLab, sections?: string[]): Promise<Removal> {
  const scope = scopeOf(x.lab.stacks, sections);
  return planRemoval(scope, await takeInventory(x.cluster, scope), await ClusterView.load(x.cluster, []));
}

const titles = (items: Removal["added"]) => items.map(({ kind, name }) => `${kind} ${name}`).sort();
const uidOf = (x: ResetLab, name: string) =>
  x.cluster.objects.find(({ object }) => object.metadata?.name === name)?.object.metadata?.uid ?? "";
const ownedBy = (uid: string) => ({ metadata: { ownerReferences: [{ uid, controller: true }] } });
const daemonSet = { uid: "agents", apiVersion: "apps/v1", kind: "DaemonSet", name: "agents", controller: true };
const mounting = (claimName: string) => ({ spec: { volumes: [{ persistentVolumeClaim: { claimName } }] } });

describe("what students added", () => {
  it("is what neither the stack nor Kubernetes has put into the stack's namespaces, of every kind", async () => {
    const x = new ResetLab();
    x.cluster.customKinds = [
      { apiVersion: "example.org/v1", kind: "Widget" },
      { apiVersion: "v1", kind: "Endpoints" },
    ];
    const service = { metadata: { annotations: { "kubernetes.io/service-account.name": "default" } } };
    x.add("ServiceAccount", "default", "shiqi")
      .add("ConfigMap", "kube-root-ca.crt", "shiqi")
      .add("Event", "event", "shiqi")
      .add("Lease", "lease", "shiqi")
      .add("Secret", "token", "shiqi", { type: "kubernetes.io/service-account-token", ...service })
      .add("PersistentVolumeClaim", "data-redis-0", "shiqi")
      .add("Pod", "redis-0", "shiqi", ownedBy(uidOf(x, "redis")))
      .add("ConfigMap", "elsewhere", "default")
      .add("Deployment", "mine", "shiqi");
    x.add("Pod", "mine-1", "shiqi", ownedBy(uidOf(x, "mine")))
      .add("PersistentVolumeClaim", "data-redis-mine", "shiqi")
      .add("ConfigMap", "notes", "shiqi")
      .add("Pod", "orphan", "shiqi", ownedBy("of one that is gone"))
      .add("Service", "web", "shiqi")
      .add("Endpoints" as Kind, "web", "shiqi")
      .add("Endpoints" as Kind, "by-hand", "shiqi")
      .add("Widget" as Kind, "widget", "shiqi");
    const { added } = await removal(x);
    expect(listLines(added)).toEqual([
      "ConfigMap in shiqi: notes",
      "Deployment in shiqi: mine",
      "Endpoints in shiqi: by-hand",
      "PersistentVolumeClaim in shiqi: data-redis-mine",
      "Pod in shiqi: orphan",
      "Service in shiqi: web",
      "Widget in shiqi: widget",
    ]);
  });

  it("is told from a declared object of the same kind and name in another API group, not in another version", () => {
    const declared = [{ stack: "s", apiVersion: "v1", kind: "Service", namespace: "shiqi", name: "web", inputs: {} }];
    const item = (apiVersion: string, uid: string) => {
      return { apiVersion, kind: "Service", namespace: "shiqi", name: "web", uid, live: {} };
    };
    const found = addedTo(["shiqi"], [item("v1", "a"), item("serving.example.org/v1", "b")], declared);
    expect(found.map(({ uid }) => uid)).toEqual(["b"]);
    const scaled = { ...declared[0]!, apiVersion: "autoscaling/v1" };
    expect(addedTo(["shiqi"], [item("autoscaling/v2", "a")], [scaled])).toEqual([]);
  });

  it("stays in a namespace that the stack did not make, and in a reset of sections", async () => {
    const given = new ResetLab(courseResources.filter(({ type }) => !type.endsWith(":Namespace")));
    given.add("ConfigMap", "notes", "shiqi").add("PersistentVolumeClaim", "data-redis-0", "shiqi");
    const plan = await removal(given);
    expect(plan.added).toEqual([]);
    expect(titles([...plan.workloads, ...plan.storage])).toEqual([
      "ConfigMap config",
      "PersistentVolume pv-one",
      "PersistentVolume pv-two",
      "PersistentVolumeClaim claim-one",
      "PersistentVolumeClaim claim-two",
      "PersistentVolumeClaim data-redis-0",
      "PersistentVolumeClaim dynamic",
      "StatefulSet redis",
    ]);
    const x = new ResetLab().add("ConfigMap", "notes", "shiqi").add("PersistentVolumeClaim", "data-redis-0", "shiqi");
    const two = await removal(x, ["two"]);
    expect(titles([...two.workloads, ...two.storage])).toEqual([
      "ConfigMap config",
      "PersistentVolume pv-two",
      "PersistentVolumeClaim claim-two",
      "PersistentVolumeClaim dynamic",
    ]);
    expect(titles((await removal(x, ["one"])).storage)).toContain("PersistentVolumeClaim data-redis-0");
  });

  it("goes with a section that made its namespace", async () => {
    const x = new ResetLab([...courseResources, resource("core/v1:Namespace", "test", { section: "two" })]);
    x.add("ConfigMap", "notes", "test").add("ConfigMap", "others", "shiqi");
    expect(titles((await removal(x, ["two"])).added)).toEqual(["ConfigMap notes"]);
    expect((await removal(x, ["one"])).added).toEqual([]);
  });

  it("is not taken for nothing where an API group does not answer", async () => {
    const x = new ResetLab();
    x.cluster.silent = ["metrics.example.org/v1"];
    const inventory = await takeInventory(x.cluster, scopeOf(x.lab.stacks));
    expect(inventory.unseen).toEqual(["metrics.example.org/v1"]);
  });

  it("may be of a kind that cannot be listed; what is declared must be", async () => {
    const x = new ResetLab();
    const listAny = x.cluster.listAny.bind(x.cluster);
    const refusing = (refused: string) => {
      x.cluster.listAny = (apiVersion, kind, namespace) =>
        kind === refused ? Promise.reject(new Failure(`cannot list ${kind}s`)) : listAny(apiVersion, kind, namespace);
      return takeInventory(x.cluster, scopeOf(x.lab.stacks));
    };
    expect((await refusing("Secret")).unseen).toEqual(["Secret (v1)"]);
    for (const kind of ["PersistentVolume", "ConfigMap", "Pod"])
      await expect(refusing(kind)).rejects.toThrow(`cannot list ${kind}s`);
  });
});

describe("what is waited for", () => {
  it("is the workloads' pods, volumes that their class deletes, and namespaces that are being deleted", async () => {
    const x = new ResetLab();
    x.add("Pod", "redis-0", "shiqi", ownedBy(uidOf(x, "redis"))).add("Deployment", "mine", "shiqi");
    x.cluster.customKinds = [{ apiVersion: "apps/v1", kind: "ReplicaSet" }];
    x.add("ReplicaSet" as Kind, "mine-1", "shiqi", ownedBy(uidOf(x, "mine")));
    x.add("Pod", "mine-1-1", "shiqi", ownedBy(uidOf(x, "mine-1")));
    const provisioned = (policy: string) => ({
      spec: { persistentVolumeReclaimPolicy: policy, claimRef: { uid: uidOf(x, "dynamic") } },
    });
    x.add("PersistentVolume", "goes", undefined, provisioned("Delete"));
    x.add("PersistentVolume", "stays", undefined, provisioned("Retain"));
    expect(titles((await removal(x)).following)).toEqual(["PersistentVolume goes", "Pod mine-1-1", "Pod redis-0"]);
    const namespace = x.cluster.objects.find(({ kind }) => kind === "Namespace")?.object.metadata;
    if (namespace) namespace.deletionTimestamp = new Date();
    expect(titles((await removal(x)).following)).toContain("Namespace shiqi");
  });

  it("is told, with what holds it, when it does not go", async () => {
    const x = new ResetLab().add("ConfigMap", "held", "shiqi", { metadata: { finalizers: ["example.org/hold"] } });
    const { added } = await removal(x);
    x.cluster.removeAny = () => Promise.resolve();
    const waiting = { waiting: () => {}, note: () => {} };
    await expect(removeObjects(x.cluster, added, [], waiting, 0.1)).rejects.toThrow(
      "ConfigMap shiqi/held, held by example.org/hold",
    );
  });
});

describe("what is in the way", () => {
  it.each<[string, (x: ResetLab) => unknown, string[] | undefined, string]>([
    [
      "a pod of somebody else in a shared namespace",
      (x) => x.add("Pod", "mine", "default", mounting("dynamic")),
      undefined,
      "PersistentVolumeClaim default/dynamic is used by Pod default/mine. Delete it: kubectl delete pod mine -n default",
    ],
    [
      "a pod of a kind that reset does not know",
      (x) => x.add("Pod", "mine", "default", { ...mounting("dynamic"), metadata: { ownerReferences: [daemonSet] } }),
      undefined,
      "is used by DaemonSet default/agents. Delete it: kubectl delete daemonset agents -n default",
    ],
    [
      "a pod of another section",
      (x) => x.add("Pod", "redis-0", "shiqi", { ...mounting("claim-two"), ...ownedBy(uidOf(x, "redis")) }),
      ["two"],
      "PersistentVolumeClaim shiqi/claim-two is used by StatefulSet shiqi/redis. Reset its section too: --section one",
    ],
    [
      "another claim on a declared volume",
      (x) => {
        x.add("PersistentVolumeClaim", "taker", "other");
        const volume = x.cluster.objects.find(({ object }) => object.metadata?.name === "pv-two")?.object;
        const claimRef = { namespace: "other", name: "taker", uid: uidOf(x, "taker") };
        Object.assign(volume ?? {}, { spec: { claimRef } });
      },
      undefined,
      "PersistentVolume pv-two is bound to PersistentVolumeClaim other/taker. Delete that: kubectl delete pvc taker -n other",
    ],
    [
      "a node that is away",
      (x) => x.add("Pod", "students", "shiqi", { spec: { nodeName: "node9" } }),
      undefined,
      "Pod shiqi/students cannot be stopped: the node node9 is not in the cluster. Start its kubelet.",
    ],
    [
      "an object of a declared name that somebody else made",
      (x) => {
        void x.cluster.remove("PersistentVolumeClaim", "dynamic", "default");
        x.add("PersistentVolumeClaim", "dynamic", "default");
      },
      undefined,
      "PersistentVolumeClaim default/dynamic does not carry this stack's mark",
    ],
    [
      "a namespace of a declared name that somebody else made, and what is in it",
      (x) => {
        void x.cluster.remove("Namespace", "shiqi");
        x.add("Namespace", "shiqi", undefined).add("ConfigMap", "theirs", "shiqi");
      },
      undefined,
      "Namespace shiqi does not carry this stack's mark",
    ],
  ])("%s is named, and stays", async (_what, arrange, sections, message) => {
    const x = new ResetLab();
    arrange(x);
    await expect(removal(x, sections)).rejects.toThrow(message);
  });

  // As after a reset that was killed: its workloads are gone or going, and their pods not yet.
  it.each([
    ["whose controller is gone", { ownerReferences: [{ ...daemonSet, kind: "StatefulSet" }] }],
    ["that is being deleted", { deletionTimestamp: new Date() }],
  ])("is no pod %s", async (_what, metadata) => {
    const x = new ResetLab().add("Pod", "left", "default", { ...mounting("dynamic"), metadata });
    expect(titles((await removal(x)).storage)).toContain("PersistentVolumeClaim dynamic");
  });

  it("is nothing that has ended, goes too, or was replaced in the stack's own namespace", async () => {
    const x = new ResetLab()
      .add("Pod", "done", "default", { ...mounting("dynamic"), status: { phase: "Succeeded" } })
      .add("Pod", "students", "shiqi", mounting("claim-two"));
    await x.cluster.remove("ConfigMap", "config", "shiqi");
    x.add("ConfigMap", "config", "shiqi");
    const plan = await removal(x);
    expect(titles(plan.added)).toEqual(["Pod students"]);
    expect(titles(plan.workloads)).toContain("ConfigMap config");
  });
});
