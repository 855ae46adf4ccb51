import type { KubernetesObject, V1Node } from "@kubernetes/client-node";
import type { ClusterReader, Right } from "../cluster-reader";
import { foreignObject } from "../object-marks";
import type { PreflightCheck } from "./check";
import { isOf, markOf, type Ownership } from "./ownership";
import type { PlannedObject } from "./planned-objects";
import { provisionerChecks, type PlannedProvisioner } from "./provisioner-names";

const SUBJECT = "cluster";

export interface ClusterPlan {
  /** The config key that names the kubeconfig. */
  key: string;
  rights: Right[];
  objects: PlannedObject[];
  /** What has to be in the cluster already. @default nothing */
  needed?: NeededObject[];
  /** The oldest release of Kubernetes that has what the stack makes: minor of 1, and what it has. @default any */
  release?: { minor: number; has: string };
  /** How to give an object another name; `isMade` tells whether the stack has objects in the cluster. */
  remedy: (object: PlannedObject & { namespace: undefined }, isMade: boolean) => string;
  /** Addresses and names of the hosts that get the NFS client over SSH. @default nodes are not compared with any */
  hosts?: string[];
  /** Provisioners, whose names no other one may have. @default none */
  provisioners?: PlannedProvisioner[];
  /** What a node that takes pods and is none of these means. @default a warning: it may have no NFS client */
  uncovered?: Pick<PreflightCheck, "state" | "remedy">;
}

/** An object that a stack uses and does not make. */
export interface NeededObject extends Omit<PlannedObject, "resource"> {
  /** The config key that names it, and what to do where it is not there. */
  remedy: string;
}

/** Looks at the cluster, and changes nothing in it. What cannot be read is a warning: the rights for that may lack alone. */
export async function clusterChecks(
  reader: ClusterReader,
  plan: ClusterPlan,
  own: Ownership,
): Promise<PreflightCheck[]> {
  const version = await reader.version();
  if ("problem" in version) return [unreachable(reader, plan, version.problem)];
  const answers: PreflightCheck = {
    subject: SUBJECT,
    title: "the API server answers",
    state: "good",
    found: `${reader.server}, ${version.value}`,
  };
  const [rights, objects, needed, provisioners, nodes] = await Promise.all([
    rightsCheck(reader, plan.rights),
    objectChecks(reader, plan, own),
    neededChecks(reader, plan.needed),
    provisionerChecks(reader, plan.provisioners ?? [], own),
    nodeChecks(reader, plan, isMade(own)),
  ]);
  const release = releaseCheck(version.value, plan.release);
  return [answers, ...release, rights, ...objects, ...needed, ...provisioners, ...nodes];
}

const isMade = ({ objects }: Ownership) => objects.length > 0;

function unreachable({ server }: ClusterReader, { key }: ClusterPlan, problem: string): PreflightCheck {
  return {
    subject: SUBJECT,
    title: "the API server answers",
    state: "missing",
    found: server === undefined ? problem : `${server}: ${problem}`,
    remedy:
      server === undefined
        ? `Correct ${key}, or context next to it (they have to work with kubectl --kubeconfig FILE --context NAME get nodes)`
        : `Start the cluster, or correct ${key} (a kubeconfig that kubectl works with: kubectl --kubeconfig FILE get nodes)`,
  };
}

/** A server that does not tell its release is taken as new enough. */
function releaseCheck(version: string, release: ClusterPlan["release"]): PreflightCheck[] {
  const minor = Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? NaN);
  if (!release || !(minor < release.minor)) return [];
  return [
    {
      subject: SUBJECT,
      title: `Kubernetes is 1.${release.minor} or newer, which has ${release.has}`,
      state: "missing",
      found: `it is ${version}`,
      remedy: "Upgrade the cluster, or take another one",
    },
  ];
}

async function neededChecks(reader: ClusterReader, needed: NeededObject[] = []): Promise<PreflightCheck[]> {
  const found = await Promise.all(needed.map((object) => reader.find(object)));
  return needed.flatMap<PreflightCheck>(({ kind, name, remedy }, index) => {
    const title = `the ${kind} ${name} is there`;
    const present = found[index];
    if (present && "problem" in present) return [{ subject: SUBJECT, title, state: "warning", found: present.problem }];
    return present?.value === undefined ? [{ subject: SUBJECT, title, state: "missing", remedy }] : [];
  });
}

async function rightsCheck(reader: ClusterReader, rights: Right[]): Promise<PreflightCheck> {
  const title = "the kubeconfig's user may make what the stack has";
  const lacking = await reader.lacks(rights);
  if ("problem" in lacking) return { subject: SUBJECT, title, state: "warning", found: lacking.problem };
  if (lacking.value.length === 0) return { subject: SUBJECT, title, state: "good" };
  const byKind = new Map<string, string[]>();
  for (const { verb, group, resource, namespace } of lacking.value) {
    const kind = `${resource}${group === "" ? "" : `.${group}`}${namespace === undefined ? "" : ` in ${namespace}`}`;
    byKind.set(kind, [...(byKind.get(kind) ?? []), verb]);
  }
  return {
    subject: SUBJECT,
    title,
    state: "missing",
    found: `it may not ${[...byKind].map(([kind, verbs]) => `${verbs.join(", ")} ${kind}`).join("; ")}`,
    remedy:
      "Take a kubeconfig of a cluster administrator, or let one grant these (kubectl auth can-i VERB RESOURCE -n NAMESPACE)",
  };
}

async function objectChecks(
  reader: ClusterReader,
  { objects, remedy }: ClusterPlan,
  own: Ownership,
): Promise<PreflightCheck[]> {
  const found = await Promise.all(objects.map((object) => reader.find(object)));
  const foreign = objects.flatMap<PreflightCheck>((object, index) => {
    const present = found[index];
    if (present === undefined || "problem" in present || present.value === undefined) return [];
    if (isOf(own, object.kind, present.value)) return [];
    return [
      {
        subject: SUBJECT,
        title: `the name of the ${object.kind} ${object.name} is free`,
        state: "missing",
        found: `${foreignObject({ ...object, namespace: undefined })}${ownerOf(present.value)}`,
        remedy: remedy({ ...object, namespace: undefined }, isMade(own)),
      },
    ];
  });
  const unread = found.flatMap((each) => (each && "problem" in each ? [each.problem] : []));
  const title = "the names of its objects are free, or the stack's";
  if (unread.length > 0) return [...foreign, { subject: SUBJECT, title, state: "warning", found: unread[0] }];
  return foreign.length > 0 ? foreign : [{ subject: SUBJECT, title, state: "good" }];
}

function ownerOf(object: KubernetesObject): string {
  const mark = markOf(object);
  return mark === undefined ? "" : ` It is that of the stack ${mark}.`;
}

/** @param made Of a stack that has objects there, nodes come back: after a power cut they boot. */
async function nodeChecks(
  reader: ClusterReader,
  { hosts, uncovered }: ClusterPlan,
  made: boolean,
): Promise<PreflightCheck[]> {
  const nodes = await reader.nodes();
  if ("problem" in nodes) {
    return [{ subject: SUBJECT, title: "the nodes are known", state: "warning", found: nodes.problem }];
  }
  const away = nodes.value.filter((node) => !isReady(node)).map(nameOf);
  const ready: PreflightCheck = {
    subject: SUBJECT,
    title: "all nodes are Ready",
    ...(away.length === 0
      ? { state: "good", found: nodes.value.map(nameOf).join(", ") }
      : {
          state: away.length === nodes.value.length && !made ? "missing" : "warning",
          found: `not Ready: ${away.join(", ")}`,
          remedy: `kubectl describe node ${away[0]}`,
        }),
  };
  return [ready, ...(hosts === undefined ? [] : [coverage(nodes.value, hosts, uncovered)])];
}

/** Pods of a node without the NFS client wait for ever; a node that takes no pods of everybody's needs none. */
function coverage(
  nodes: V1Node[],
  hosts: string[],
  uncovered: ClusterPlan["uncovered"] = { state: "warning", remedy: NO_CLIENT },
): PreflightCheck {
  const title = "every node that takes pods is in the config's nodes";
  const takesPods = nodes.filter(
    ({ spec }) => !spec?.unschedulable && !spec?.taints?.some(({ effect }) => effect !== "PreferNoSchedule"),
  );
  const missed = takesPods.filter((node) => !addressesOf(node).some((address) => hosts.includes(address)));
  if (missed.length === 0) return { subject: SUBJECT, title, state: "good" };
  const shown = missed.map((node) => `${nameOf(node)} (${addressesOf(node).join(", ")})`);
  return {
    subject: SUBJECT,
    title,
    found: `not in it: ${shown.join("; ")}`,
    ...uncovered,
  };
}

const NO_CLIENT =
  "Add it to nodes, or pods that land there may find no NFS client; one that is there under another address " +
  "is named by address, as the cluster has it. Nodes that nobody can log in to: nodePods";

const nameOf = ({ metadata }: V1Node) => metadata?.name ?? "";

function isReady({ status }: V1Node): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
}

function addressesOf(node: V1Node): string[] {
  const addresses = (node.status?.addresses ?? []).map(({ address }) => address);
  return [...new Set([nameOf(node), ...addresses])];
}
