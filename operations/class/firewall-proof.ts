import { randomUUID } from "node:crypto";
import type { V1ContainerStateTerminated, V1Pod } from "@kubernetes/client-node";
import { firewallProof } from "../../components/index";
import { Failure } from "../../exercises/runner/failure";
import { waitFor } from "../../exercises/runner/wait";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import type { InfrastructureOutputs } from "../../stacks/infrastructure";
import { unreadiness } from "../probe/node-health";
import { hostChecksOf, outputsOf } from "../pulumi/deployment";
import type { ClassLab } from "./class-lab";

/** How long the proof may take on a node, in seconds: pod's start, and three ports that do not answer. */
const LIMIT = 120;
/** For how long a node may be away meanwhile, in seconds: its kubelet may start again. */
const AWAY = 15;

/**
 * Proves that no pod reaches the NAS: one on each node tries it as a userspace NFS client would. The NAS takes a pod for its
 * node, so that such a client would read the directory of every student.
 */
export async function proveFirewall(lab: ClassLab): Promise<void> {
  const { progress, cluster, settings } = lab;
  if (!settings.podFirewall) {
    progress.say("· podFirewall is off: a pod with an NFS client of its own can read every student's directory");
    return;
  }
  const addresses = hostChecksOf(lab.state)?.find(({ script }) => script === "pod-firewall")?.values.ADDRESSES;
  const infrastructure = outputsOf(await lab.infrastructure());
  const { provisionerNamespace: namespace = "default" } = infrastructure as Partial<InfrastructureOutputs>;
  const place = { namespace, image: settings.toolsImage ?? settings.redisImage, addresses: addresses as string[] };
  await progress.step("No pod reaches the NAS past the kubelet", async () => {
    const nodes = (await cluster.list("Node")).filter(({ spec }) => !spec?.unschedulable && takesPods(spec?.taints));
    const names = nodes.flatMap(({ metadata }) => metadata?.name ?? []);
    const failed = await Promise.all(names.map((node) => proveOn(cluster, node, place)));
    const open = failed.filter((each) => each !== undefined);
    if (open.length === 0) return;
    throw new Failure(
      `pods reach the NAS: ${open.join("; ")}`,
      "The cluster's network goes past the node's firewall (as some with eBPF do). Drop pods' traffic to the NAS there, with " +
        "a policy of the network's own; or, where students may read each other's directories, set podFirewall: false.",
    );
  });
}

interface Place {
  namespace: string;
  image: string;
  /** Of the NAS. */
  addresses: string[];
}

/** Returns what a pod on the node reached, if anything. */
async function proveOn(
  cluster: Cluster,
  node: string,
  { namespace, image, addresses }: Place,
): Promise<string | undefined> {
  const name = `pod-firewall-${randomUUID().slice(0, 8)}`;
  const pod: V1Pod = {
    metadata: { name, namespace },
    spec: {
      nodeName: node,
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      activeDeadlineSeconds: LIMIT,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "proof",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["bash", "-c", firewallProof(addresses)],
          terminationMessagePolicy: "FallbackToLogsOnError",
        },
      ],
    },
  };
  try {
    await cluster.create("Pod", pod);
    const options = { timeout: LIMIT * 1000, interval: 500, remedy: `kubectl describe pod ${name} -n ${namespace}` };
    let awaySince: number | undefined;
    const ended = await waitFor<V1ContainerStateTerminated>(`The proof on ${node}`, options, async () => {
      const [live, host] = await Promise.all([cluster.find("Pod", name, namespace), cluster.find("Node", node)]);
      const away = unreadiness(node, host);
      awaySince = away === undefined ? undefined : (awaySince ?? Date.now());
      if (awaySince !== undefined && Date.now() - awaySince > AWAY * 1000) {
        throw new Failure(
          `it could not be proven that no pod of node ${node} reaches the NAS: ${away}`,
          "Start that host and its kubelet, or cordon or delete the node; then run the same command again.",
        );
      }
      const [status] = live?.status?.containerStatuses ?? [];
      const { terminated, waiting } = status?.state ?? {};
      return terminated ? { done: terminated } : { missing: waiting?.reason ?? live?.status?.phase ?? "no pod" };
    });
    return ended.exitCode === 0 ? undefined : `from ${node}: ${(ended.message ?? "").trim().replaceAll("\n", ", ")}`;
  } finally {
    await cluster.remove("Pod", name, namespace).catch(() => {});
  }
}

/** A node of the control plane takes no pods of students. */
function takesPods(taints: { effect?: string; key?: string }[] = []): boolean {
  return !taints.some(({ effect, key = "" }) => effect === "NoSchedule" && /control-plane|master/.test(key));
}
