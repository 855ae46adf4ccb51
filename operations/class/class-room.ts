import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { takesPods } from "../../exercises/cluster/nodes";
import { parseQuantity } from "../../components/index";
import type { PreflightCheck } from "../../stacks/preflight/check";

/** Memory that each Redis asks for, in bytes: 64Mi, as its container says. */
const REDIS_MEMORY = 64 * 2 ** 20;

/** What a class takes. */
export interface ClassNeeds {
  /** Students who have no lab yet. */
  newcomers: number;
  /** Redis of each. */
  redis: number;
  /** What all directories may hold together, in bytes. */
  bytes: number;
  /** How many times the file system's size they may be. */
  overcommit: number;
  images: string[];
}

/** The file system of the export, and the threads of its server. */
export interface NasRoom {
  path: string;
  /** In bytes. */
  size: number;
  free: number;
  threads?: number;
}

/** Whether nodes and NAS have room for a class, with the numbers. */
export function roomChecks(
  needs: ClassNeeds,
  { nodes, pods, nas }: { nodes: V1Node[]; pods: V1Pod[]; nas?: NasRoom },
): PreflightCheck[] {
  const usable = nodes.filter(takesPods);
  return [
    nodesCheck(nodes, usable),
    podsCheck(needs, usable, pods),
    memoryCheck(needs, usable, pods),
    ...imageChecks(needs.images, usable),
    ...(nas ? nasChecks(needs, nas) : []),
  ];
}

function nodesCheck(nodes: V1Node[], usable: V1Node[]): PreflightCheck {
  const found = `${usable.length} of ${nodes.length} nodes take pods`;
  const title = "there are nodes for students' pods";
  if (usable.length > 0) return { subject: "cluster", title, state: "good", found };
  return {
    subject: "cluster",
    title,
    state: "missing",
    found,
    remedy: "kubectl get nodes: which are Ready and not cordoned?",
  };
}

function podsCheck({ newcomers, redis }: ClassNeeds, nodes: V1Node[], pods: V1Pod[]): PreflightCheck {
  const slots = sum(nodes.map((node) => whole(node.status?.allocatable?.pods ?? "0")));
  const free = slots - on(nodes, pods).length;
  const needed = newcomers * redis;
  const check = { subject: "cluster", title: "the nodes have places for the class's pods" };
  const found = `${needed} are needed, ${Math.max(0, free)} of ${slots} are free`;
  if (needed <= free) return { ...check, state: "good", found };
  const fits = redis === 0 ? newcomers : Math.floor(Math.max(0, free) / redis);
  return {
    ...check,
    state: "missing",
    found,
    remedy: `Add nodes, raise the kubelets' maxPods (110 by default), set dynamic: false, or take at most ${fits} more students`,
  };
}

function memoryCheck({ newcomers, redis }: ClassNeeds, nodes: V1Node[], pods: V1Pod[]): PreflightCheck {
  const asked = (pod: V1Pod) =>
    sum((pod.spec?.containers ?? []).map(({ resources }) => whole(resources?.requests?.memory ?? "0")));
  const free =
    sum(nodes.map((node) => whole(node.status?.allocatable?.memory ?? "0"))) - sum(on(nodes, pods).map(asked));
  const needed = newcomers * redis * REDIS_MEMORY;
  const check = { subject: "cluster", title: "the nodes have memory for the class's pods" };
  const found = `${shown(needed)} are needed, ${shown(Math.max(0, free))} are not asked for yet`;
  if (needed <= free) return { ...check, state: "good", found };
  const fits = redis === 0 ? newcomers : Math.floor(Math.max(0, free) / (redis * REDIS_MEMORY));
  return {
    ...check,
    state: "missing",
    found,
    remedy: `Add nodes or memory, set dynamic: false, or take at most ${fits} more students`,
  };
}

/** Images that have to be pulled are waited for by the whole class at once. */
function imageChecks(images: string[], nodes: V1Node[]): PreflightCheck[] {
  return [...new Set(images)].flatMap((image): PreflightCheck[] => {
    const lacking = nodes.filter(
      (node) => !(node.status?.images ?? []).some(({ names = [] }) => names.some(isSame(image))),
    );
    if (lacking.length === 0) return [];
    const names = lacking.map(({ metadata }) => metadata?.name ?? "");
    const some = names.slice(0, 5).join(", ") + (names.length > 5 ? `, and ${names.length - 5} more` : "");
    return [
      {
        subject: "cluster",
        title: `every node has the image ${image}`,
        state: "warning",
        found: `not seen on ${some}; a kubelet lists its 50 largest images only`,
        remedy:
          "The node pulls it when the first pod starts. Pull it beforehand, where the network is slow or has no registry",
      },
    ];
  });
}

/** As a kubelet lists it: with the registry and the library's folder that the short form leaves out. */
const isSame = (image: string) => (name: string) =>
  name === image || name === `docker.io/${image}` || name === `docker.io/library/${image}`;

function nasChecks(
  { bytes: needed, overcommit }: ClassNeeds,
  { path, size, free, threads }: NasRoom,
): PreflightCheck[] {
  const check = { subject: "NAS", title: `${path} holds the data of the whole class` };
  const found = `${shown(needed)} may be written, ${shown(size)} is its size, ${shown(free)} are free`;
  const checks: PreflightCheck[] = [
    needed <= size * overcommit
      ? { ...check, state: needed <= free ? "good" : "warning", found, ...(needed > free && { remedy: FREE_SPACE }) }
      : {
          ...check,
          state: "missing",
          found,
          remedy:
            "Lower capacity, take fewer students, put the export on a larger disk, or raise overcommit where few students fill theirs",
        },
  ];
  if (threads !== undefined && threads < 8) {
    checks.push({
      subject: "NAS",
      title: "its NFS server has threads for a class",
      state: "warning",
      found: `${threads}`,
      remedy: "8 or more: threads in the section nfsd of /etc/nfs.conf",
    });
  }
  return checks;
}

const FREE_SPACE =
  "What is there already takes room: the last students to write may meet a full disk before their own limit";

function on(nodes: V1Node[], pods: V1Pod[]): V1Pod[] {
  const names = new Set(nodes.map(({ metadata }) => metadata?.name));
  return pods.filter(
    ({ spec, status }) => names.has(spec?.nodeName) && !["Succeeded", "Failed"].includes(status?.phase ?? ""),
  );
}

/** A quantity, such as `4Gi` or `1k`, as a number. */
function whole(quantity: string): number {
  return Number((parseQuantity(quantity) ?? 0n) / 10n ** 9n);
}

function shown(value: number): string {
  return value >= 2 ** 30 ? `${(value / 2 ** 30).toFixed(1)}Gi` : `${Math.round(value / 2 ** 20)}Mi`;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
