import type { KubernetesObject, V1DaemonSet, V1Node, V1Pod, V1Taint, V1Toleration } from "@kubernetes/client-node";
import type { NodeProof } from "../../components/index";
import { isReady } from "../../exercises/cluster/pods";
import type { Stack } from "../lab";
import { outputsOf } from "../pulumi/deployment";
import type { ClusterView } from "./cluster-view";
import { declaredObjects, type DeclaredObject } from "./declared";
import { failed, NODE_PATIENCE, passed, SOON, type Finding } from "./finding";
import { nodeError } from "./node-health";
import { podTrouble } from "./pod-health";

/** Taints that Kubernetes gives a node in trouble: it is not left out by choice. */
const TROUBLE = "node.kubernetes.io/";

/** What is needed here of an infrastructure's outputs. */
interface ProvenExport {
  nfs?: { path: string };
  nodeProof?: NodeProof;
}

/** The pods that prove an export. */
interface ExportProof extends NodeProof {
  path: string;
}

/** Whether each export is mounted on the nodes that the stacks prove by pods: one finding a node. */
export async function lookAtNodeProofs(view: ClusterView, stacks: Stack[]): Promise<Finding[]> {
  return (await Promise.all(stacks.flatMap(proofsOf).map((proof) => ofProof(view, proof)))).flat();
}

/** By the stack's outputs; by its objects where a pulumi up that failed has put none out: the pods tell why it did. */
function proofsOf({ name, state }: Stack): ExportProof[] {
  const outputs = (outputsOf(state) ?? {}) as ProvenExport & { additional?: Record<string, ProvenExport> };
  const known = [outputs, ...Object.values(outputs.additional ?? {})].flatMap(({ nfs, nodeProof }) =>
    nodeProof ? [{ ...nodeProof, path: nfs?.path ?? "" }] : [],
  );
  return known.length > 0 ? known : declaredObjects(name, state).flatMap(proofIn);
}

function proofIn({ kind, namespace = "", name, inputs }: DeclaredObject): ExportProof[] {
  if (kind !== "DaemonSet") return [];
  const containers = (inputs as KubernetesObject as V1DaemonSet).spec?.template.spec?.containers ?? [];
  const path = containers.flatMap(({ env = [] }) => env).find((each) => each.name === "EXPORT_PATH")?.value;
  return path === undefined ? [] : [{ namespace, daemonSet: name, path }];
}

async function ofProof(view: ClusterView, { namespace, daemonSet, path }: ExportProof): Promise<Finding[]> {
  const set = view.object({ kind: "DaemonSet", name: daemonSet, namespace });
  // That it is not there is a finding about itself.
  if (!set) return [];
  const pods = view
    .all("Pod", namespace)
    .filter(({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === set.metadata?.uid));
  const nodes = view.all("Node").filter((node) => isMeant(node, set));
  return Promise.all(nodes.map((node) => ofNode(view, node, pods, path)));
}

async function ofNode(view: ClusterView, { metadata }: V1Node, pods: V1Pod[], path: string): Promise<Finding> {
  const name = metadata?.name ?? "";
  const id = `Node ${name} ${path}`;
  const title = `${path} is mounted and answers on ${name}`;
  const away = nodeError(view, name);
  if (away) {
    const remedy = "It is proven when it comes back. If it is gone for good: kubectl delete node " + name;
    return failed(id, title, { reason: away, remedy, lastingAfter: NODE_PATIENCE });
  }
  const own = pods.filter(({ spec, metadata: pod }) => spec?.nodeName === name && !pod?.deletionTimestamp);
  if (own.some(isReady)) return passed(id, title);
  const [pod] = own;
  if (!pod) return failed(id, title, { reason: "the pod that proves it is not there yet", lastingAfter: SOON * 2 });
  return failed(id, title, (await podTrouble(view, pod)) ?? { reason: "its pod is not Ready yet" });
}

/** Whether the pods are to prove the node: the config may choose nodes, and leaves out those whose taints it does not name. */
function isMeant({ metadata, spec }: V1Node, set: V1DaemonSet): boolean {
  const { nodeSelector = {}, tolerations = [] } = set.spec?.template.spec ?? {};
  const isChosen = Object.entries(nodeSelector).every(([key, value]) => metadata?.labels?.[key] === value);
  const isKept = (spec?.taints ?? []).some(
    (taint) =>
      taint.effect !== "PreferNoSchedule" &&
      !taint.key.startsWith(TROUBLE) &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  return isChosen && !isKept;
}

function tolerates({ key, operator = "Equal", value = "", effect }: V1Toleration, taint: V1Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === "Exists";
  return key === taint.key && (operator === "Exists" || value === (taint.value ?? ""));
}
