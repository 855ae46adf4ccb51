import type { V1Pod } from "@kubernetes/client-node";
import { courseSettings } from "../../../exercises/runner/course-settings";
import type { Progress, Step } from "../../../exercises/runner/progress";
import type { Lab, Stack } from "../../../operations/lab";
import type { DeclaredObject } from "../../../operations/probe/declared";
import { ClusterView } from "../../../operations/probe/cluster-view";
import { FakeCluster } from "../exercises/fake-cluster";

/** A step that keeps what is noted. */
export class NotedStep implements Step {
  readonly notes: string[] = [];
  waiting(): void {}
  note(line: string): void {
    this.notes.push(line);
  }
}

/** Steps run as they are. */
export function quietProgress(said: string[] = []): Progress {
  const step = new NotedStep();
  return {
    say: (text: string) => said.push(text),
    step: (_title: string, work: (step: Step) => Promise<unknown>) => work(step),
  } as unknown as Progress;
}

const stackOf = (kind: string): string => (kind === "PersistentVolume" ? "kubernetes:core/v1" : "kubernetes:apps/v1");

/** A course of these objects in Pulumi's state. */
export function courseOf(...objects: Pick<DeclaredObject, "kind" | "namespace" | "name" | "inputs">[]): Stack {
  const resources = objects.map(({ kind, namespace, name, inputs }) => ({
    urn: `urn::${kind}::${name}`,
    type: `${stackOf(kind)}:${kind}`,
    id: namespace === undefined ? name : `${namespace}/${name}`,
    inputs: { metadata: { name, namespace }, ...inputs },
  }));
  const root = { urn: "urn::root", type: "pulumi:pulumi:Stack", outputs: { hostChecks: [] } };
  return { name: "course", program: "course", state: { resources: [root, ...resources] } };
}

/** What a lab is made of, with a cluster in memory and no host. */
export function labOf(cluster: FakeCluster, stacks: Stack[], parts: Partial<Record<keyof Lab, unknown>> = {}): Lab {
  const pulumi = {
    state: (name: string) => Promise.resolve(stacks.find((stack) => stack.name === name)?.state),
    lastOperation: () => Promise.resolve({ kind: "update", result: "succeeded" }),
    change: () => Promise.resolve(),
  };
  return { pulumi, stacks, cluster, settings: courseSettings, progress: quietProgress(), hosts: {}, ...parts } as Lab;
}

export const namespace = "shiqi";

/** A declared object of the namespace shiqi. */
export function declared(kind: string, name: string, inputs: object = {}): DeclaredObject {
  const clusterWide = kind === "PersistentVolume" || kind === "StorageClass";
  return {
    stack: "course",
    apiVersion: "v1",
    kind,
    ...(clusterWide ? {} : { namespace }),
    name,
    inputs: { metadata: { name }, ...inputs },
  };
}

/** The cluster as the probe reads it, with all in the namespace shiqi. */
export const viewOf = (cluster: FakeCluster, ...objects: DeclaredObject[]): Promise<ClusterView> =>
  ClusterView.load(cluster, [declared("ConfigMap", "any"), ...objects]);

/** A pod of the namespace shiqi. */
export function pod(name: string, status: V1Pod["status"] = {}, more: Partial<V1Pod> = {}): V1Pod {
  return {
    metadata: { name, namespace, uid: `uid of ${name}`, creationTimestamp: new Date(), ...more.metadata },
    spec: { containers: [{ name: "c" }], nodeName: "node1", ...more.spec },
    status: { phase: "Running", ...status },
  };
}

export const ready: V1Pod["status"] = { conditions: [{ type: "Ready", status: "True" }] };

/** A cluster of one node that is Ready. */
export function smallCluster(): FakeCluster {
  return new FakeCluster().add("Node", {
    metadata: { name: "node1" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
}
