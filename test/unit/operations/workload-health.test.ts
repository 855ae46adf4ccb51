import type { V1DaemonSet, V1Deployment, V1Pod, V1Service, V1StatefulSet } from "@kubernetes/client-node";
import {
  daemonSetTrouble,
  deploymentTrouble,
  jobTrouble,
  serviceTrouble,
  statefulSetTrouble,
} from "../../../operations/probe/workload-health";
import { namespace, pod, ready, smallCluster, viewOf } from "./small-lab";

const labels = { app: "redis" };
const set: V1StatefulSet = {
  metadata: { name: "redis", namespace, uid: "set", generation: 2 },
  spec: { replicas: 1, serviceName: "redis", selector: { matchLabels: labels }, template: {} },
  status: { replicas: 1, updateRevision: "new", observedGeneration: 2 },
};
const ownedBy = (uid: string, kind = "StatefulSet", name = "redis") => [
  { apiVersion: "apps/v1", kind, name, uid, controller: true },
];
const podOf = (revision: string, status: V1Pod["status"], ownerReferences = ownedBy("set")) =>
  pod("redis-0", status, {
    metadata: {
      labels: { ...labels, "controller-revision-hash": revision },
      ownerReferences,
      name: "redis-0",
      namespace,
      uid: "pod",
    },
  });
const viewWith = (...pods: V1Pod[]) => {
  const cluster = smallCluster();
  for (const each of pods) cluster.add("Pod", each);
  return viewOf(cluster);
};

describe("a StatefulSet", () => {
  test("whose pods are Ready and of its newest template has none", async () => {
    expect(await statefulSetTrouble(await viewWith(podOf("new", ready)), set)).toBeUndefined();
  });

  test("whose change the controller has not seen yet is not done", async () => {
    const changed = { ...set, metadata: { ...set.metadata, generation: 3 } };
    expect(await statefulSetTrouble(await viewWith(podOf("new", ready)), changed)).toBeDefined();
  });

  test("is held up by a broken pod of an earlier template, which is replaced", async () => {
    const trouble = await statefulSetTrouble(await viewWith(podOf("old", {})), set);
    expect(trouble?.fix).toEqual({ does: "replace-pod", namespace, name: "redis-0", uid: "pod" });
  });

  test("loses no pod where its controller has not told of a template yet", async () => {
    for (const status of [undefined, { replicas: 0 }, { replicas: 1, observedGeneration: 1, updateRevision: "old" }]) {
      const trouble = await statefulSetTrouble(await viewWith(podOf("new", {})), { ...set, status });
      expect(trouble?.fix).toBeUndefined();
    }
  });

  test("does not lose a pod of an earlier template that works", async () => {
    expect((await statefulSetTrouble(await viewWith(podOf("old", ready)), set))?.fix).toBeUndefined();
  });

  const student = (status: V1Pod["status"]) =>
    pod("student", status, { metadata: { labels, name: "student", namespace, uid: "student" } });

  test("does not lose pods of others that are broken, whatever labels they have", async () => {
    const trouble = await statefulSetTrouble(await viewWith(student({ phase: "Failed" })), set);
    expect(trouble).toEqual({ reason: "it has 0 of 1 pods Ready" });
  });

  test("counts its own pods alone", async () => {
    expect(await statefulSetTrouble(await viewWith(podOf("new", ready), student(ready)), set)).toBeUndefined();
    expect(await statefulSetTrouble(await viewWith(student(ready)), set)).toBeDefined();
  });

  test("waits for a claim of its template that is being deleted", async () => {
    const cluster = smallCluster().add("PersistentVolumeClaim", {
      metadata: { name: "data-redis-0", namespace, deletionTimestamp: new Date() },
    });
    const templates = [{ metadata: { name: "data" } }];
    const withTemplate = { ...set, spec: { ...set.spec!, volumeClaimTemplates: templates } };
    expect((await statefulSetTrouble(await viewOf(cluster), withTemplate))?.fix).toEqual({
      does: "finish-deletion",
      kind: "PersistentVolumeClaim",
      namespace,
      name: "data-redis-0",
    });
  });
});

describe("a Deployment", () => {
  const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const deployment = (change = {}): V1Deployment => ({
    metadata: { name: "app", namespace, generation: 1, uid: "deployment" },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: {} },
    status: { ...status, ...change },
  });
  const ofReplicaSet = (name: string) => {
    const made = podOf("x", ready, ownedBy("replicas", "ReplicaSet", name));
    return { ...made, metadata: { ...made.metadata, labels: { ...labels, "pod-template-hash": "5d8f" } } };
  };

  test("needs pods of its own that are Ready, whatever its status still says", async () => {
    expect(await deploymentTrouble(await viewWith(ofReplicaSet("app-5d8f")), deployment())).toBeUndefined();
    const none = { reason: "it has 0 of 1 pods Ready" };
    expect(await deploymentTrouble(await viewWith(), deployment())).toEqual(none);
    expect(await deploymentTrouble(await viewWith(ofReplicaSet("app-more-5d8f")), deployment())).toEqual(none);
  });

  test("whose new pod does not come up is not done while a pod of the earlier template still works", async () => {
    const view = await viewWith(ofReplicaSet("app-5d8f"));
    expect(await deploymentTrouble(view, deployment({ replicas: 2 }))).toBeDefined();
  });
});

test("a DaemonSet needs a Ready pod on each of its nodes", async () => {
  const daemonSet = (desiredNumberScheduled: number, generation = 1): V1DaemonSet => ({
    metadata: { name: "plugin", namespace, generation, uid: "set" },
    spec: { selector: { matchLabels: labels }, template: {} },
    status: {
      observedGeneration: 1,
      desiredNumberScheduled,
      currentNumberScheduled: desiredNumberScheduled,
      updatedNumberScheduled: desiredNumberScheduled,
      numberAvailable: desiredNumberScheduled,
      numberMisscheduled: 0,
      numberReady: desiredNumberScheduled,
    },
  });
  const view = await viewWith(podOf("x", ready));
  expect(await daemonSetTrouble(view, daemonSet(1))).toBeUndefined();
  expect(await daemonSetTrouble(view, daemonSet(1, 2))).toBeDefined();
  expect(await daemonSetTrouble(view, daemonSet(2))).toEqual({ reason: "it has 1 of 2 pods Ready" });
});

test("a Job that has failed is told; one that is done has none", async () => {
  const job = (status: object) => ({ metadata: { name: "j", namespace }, spec: { template: {} }, status });
  const view = await viewWith();
  expect(await jobTrouble(view, job({ succeeded: 1 }))).toBeUndefined();
  const failed = { conditions: [{ type: "Failed", status: "True", message: "deadline" }] };
  expect(await jobTrouble(view, job(failed))).toEqual({ reason: "it has failed: deadline", lastingAfter: 15 });
});

test.each(["Succeeded", "Failed"])("the pod of a Job that has %s is the Job's matter", async (phase) => {
  const ownerReferences = ownedBy("job", "Job", "j");
  const view = await viewWith(pod("j-1", { phase }, { metadata: { name: "j-1", namespace, ownerReferences } }));
  const trouble = await jobTrouble(view, { metadata: { name: "j", namespace, uid: "job" }, spec: { template: {} } });
  expect(trouble).toBeDefined();
  expect(trouble).toMatchObject({ reason: expect.not.stringContaining("has ended") as string });
  expect(trouble?.fix).toBeUndefined();
});

test("a Service needs somebody who answers, unless it selects nobody", async () => {
  const service = (selector?: Record<string, string>): V1Service => ({
    metadata: { name: "redis", namespace },
    spec: { selector },
  });
  const cluster = smallCluster();
  expect(serviceTrouble(await viewOf(cluster), service())).toBeUndefined();
  expect(serviceTrouble(await viewOf(cluster), service(labels))?.reason).toBe("no Ready pod has its labels, app=redis");
  cluster.add("EndpointSlice", {
    metadata: { name: "s", namespace, labels: { "kubernetes.io/service-name": "redis" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
  });
  expect(serviceTrouble(await viewOf(cluster), service(labels))).toBeUndefined();
});
