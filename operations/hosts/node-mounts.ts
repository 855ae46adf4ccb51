import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { HostCheck } from "../../components/index";
import { assignments } from "../../components/nfs/shell-quote";
import type { Lab } from "../lab";
import { isDeclaredPod, type DeclaredObject } from "../probe/declared";
import { failed, passed, SOON, type Finding } from "../probe/finding";
import { hostChecksOf } from "../pulumi/deployment";

const script = readFileSync(join(__dirname, "node-mounts.sh"), "utf8");

/** Longest look at a node, in seconds; the script gives up after four. */
const lookSeconds = 10;

/** How long a server may leave mounts without an answer, in seconds: one that has just started first gives back files for 90 s. */
const GRACE = 120;

/** What a node said of the NFS mounts of its pods. */
interface NodeMounts {
  check: HostCheck;
  /** Why it could not be looked at. */
  error?: string;
  /** Whether the server left a mount without an answer. */
  silent: boolean;
  refused: RefusedMount[];
}

interface RefusedMount {
  /** Of the pod. */
  uid: string;
  volume: string;
  /** The kernel's words: `Stale file handle`, where the directory that was mounted is not there any more. */
  words: string;
}

/**
 * Looks at the NFS mounts of the declared pods, on every node that has an NFS client of the stacks. A pod whose directory was
 * removed, or made again, may seem Ready for a long time, and only a new pod mounts what is there now.
 *
 * @param hosts What the checks of the hosts found: while the export is away, the mounts only wait for it.
 */
export async function lookAtMounts(
  { hosts: access, cluster, stacks }: Lab,
  declared: DeclaredObject[],
  hosts: Promise<Finding[]>,
): Promise<Finding[]> {
  const checks = stacks.flatMap(({ state }) => hostChecksOf(state) ?? []);
  const nodes = checks.filter(({ script: name }) => name === "nfs-client");
  const mounts = (await Promise.all(nodes.map((check) => lookAtNode(access, check)))).flat();
  const servers = checks.filter(({ script: name }) => name === "nfs-server").map(({ host, name }) => `${host} ${name}`);
  const exported = (await hosts).every(({ id, passed: good }) => good || !servers.includes(id));
  const pods = mounts.some(({ refused }) => refused.length > 0) ? await podsOf(cluster, declared) : [];
  return mounts.flatMap((node) => findingsOf(node, pods, exported));
}

/** What the node said; nothing where it cannot be reached, which the check of its NFS client tells. */
export async function lookAtNode(hosts: Lab["hosts"], check: HostCheck): Promise<NodeMounts[]> {
  const text = assignments({ MOUNT_SERVER: check.values.MOUNT_SERVER ?? check.values.SERVER ?? "" }) + script;
  const { exitCode, stdout, error, reached } = await hosts.ask({
    address: check,
    text,
    action: "look",
    seconds: lookSeconds,
  });
  if (!reached) return [];
  if (exitCode !== 0) return [{ check, error, silent: false, refused: [] }];
  return [{ check, ...readMounts(stdout) }];
}

/** Reads what `node-mounts.sh` prints. */
export function readMounts(output: string): Pick<NodeMounts, "silent" | "refused"> {
  const lines = output.trim().split("\n");
  const refused = lines.flatMap((line) => {
    const [, uid, volume, words] = /^refused (\S+) (\S+) (.*)$/.exec(line) ?? [];
    return uid && volume && words ? [{ uid, volume, words }] : [];
  });
  return { silent: lines.includes("silent"), refused };
}

/** The pods of the stacks, but for those on their way out. */
async function podsOf(cluster: Lab["cluster"], declared: DeclaredObject[]): Promise<V1Pod[]> {
  const namespaces = [...new Set(declared.flatMap(({ namespace }) => namespace ?? []))];
  const pods = (await Promise.all(namespaces.map((namespace) => cluster.list("Pod", { namespace })))).flat();
  return pods.filter((pod) => !pod.metadata?.deletionTimestamp && isDeclaredPod(pod, declared));
}

function findingsOf({ check, error, silent, refused }: NodeMounts, pods: V1Pod[], exported: boolean): Finding[] {
  const { host, name } = check;
  const id = `${host} ${name} mounts`;
  const title = `The NFS mounts of the pods on ${name} answer`;
  if (error !== undefined) return [failed(id, title, { reason: error })];
  const ofPods = pods.flatMap((pod) => {
    const mount = refused.find(({ uid }) => uid === pod.metadata?.uid);
    return mount ? [mountFinding(pod, mount, name, exported)] : [];
  });
  const server = String(check.values.SERVER ?? "the server");
  const waiting = failed(id, title, {
    reason: `${server} leaves a mount there without an answer`,
    remedy: `Look at the NFS server's log there: journalctl -u nfs-server -u nfs-mountd`,
    lastingAfter: GRACE,
  });
  const findings = [...(silent ? [waiting] : []), ...ofPods];
  return findings.length > 0 ? findings : [passed(id, title)];
}

function mountFinding({ metadata }: V1Pod, { volume, words }: RefusedMount, node: string, exported: boolean): Finding {
  const { namespace = "", name = "", uid = "" } = metadata ?? {};
  const pod = `Pod ${namespace}/${name}`;
  const lost = words === "Stale file handle";
  return failed(`${pod} mount`, `${pod} has its NFS directory`, {
    reason: `its volume ${volume} on ${node} is dead: ${words}${lost ? ", the directory that was mounted is gone" : ""}`,
    ...(lost && exported && { lastingAfter: SOON, fix: { does: "replace-pod", namespace, name, uid } }),
  });
}
