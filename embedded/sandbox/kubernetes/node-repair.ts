import { Failure } from "../../../exercises/runner/failure";
import type { Step } from "../../../exercises/runner/progress";
import { notNow, waitFor } from "../../../exercises/runner/wait";
import type { HostLook } from "../hosts/host-look";
import type { HostPlan } from "../plan";
import type { ClusterApi } from "./api";
import type { Node } from "./node";

const kubelet = "kubelet.service";
/** systemd's units that make a host a node. */
export const nodeUnits = ["containerd.service", "lab-masquerade.service", kubelet, "kube-proxy.service"];

/** Taints that the cluster's controllers set and take away. */
const controllersTaints = [
  ...["not-ready", "unreachable", "unschedulable", "network-unavailable"],
  ...["memory-pressure", "disk-pressure", "pid-pressure"],
].map((name) => `node.kubernetes.io/${name}`);

/** A node's host, as it said that it is. */
export interface NodeHost {
  plan: HostPlan;
  look: HostLook;
  /** Runs a shell command there. */
  run: (command: string) => Promise<unknown>;
}

/**
 * Undoes what keeps pods off the sandbox's nodes and was done by hand: units stopped or masked, a Node object deleted or
 * without the labels that volumes and selectors ask for, a cordon, taints. The nodes are the sandbox's own, so nobody is asked.
 *
 * @returns Since when, in milliseconds since 1970, a kubelet has to report that was started here, by node.
 */
export async function repairNodes(api: ClusterApi, hosts: NodeHost[], step: Step): Promise<Record<string, number>> {
  const objects = await waitFor<Node[]>("the list of nodes", { timeout: 30_000 }, async () => {
    const list = await api.list<Node>("nodes", "default").catch(notNow);
    return list instanceof Failure ? { missing: list.message } : { done: list };
  });
  const since: Record<string, number> = {};
  await Promise.all(
    hosts.map(async (host) => {
      const node = objects.find(({ metadata }) => metadata.name === host.plan.hostname);
      if (node) await letPodsIn(api, node, step);
      // Heartbeats are told to the second.
      const now = Math.floor(Date.now() / 1000) * 1000;
      if (await startUnits(host, node, step)) since[host.plan.name] = now;
    }),
  );
  return since;
}

async function letPodsIn(api: ClusterApi, { metadata: { name }, spec }: Node, step: Step): Promise<void> {
  if (spec?.unschedulable) {
    await api.kubectl(["uncordon", name]);
    step.note(`${name} was cordoned (kubectl cordon, kubectl drain): it takes pods again`);
  }
  const taints = (spec?.taints ?? []).filter(({ key }) => !controllersTaints.includes(key));
  if (taints.length === 0) return;
  await api.kubectl(["taint", "nodes", name, ...taints.map(({ key, effect }) => `${key}:${effect}-`)]);
  step.note(`${name} had taints, which are removed: ${taints.map(taintText).join(", ")}`);
}

/** As after `kubectl taint nodes NAME`. */
function taintText({ key, value, effect }: { key: string; value?: string; effect: string }): string {
  return `${key}${value ? `=${value}` : ""}:${effect}`;
}

/** Starts what does not run. A kubelet registers its node only when it starts. Returns whether the kubelet was started. */
async function startUnits({ plan, look, run }: NodeHost, node: Node | undefined, step: Step): Promise<boolean> {
  const units = look.broken.map(({ unit }) => unit);
  const register = !look.booting && !units.includes(kubelet) && !isRegistered(node, plan.hostname);
  const all = units.join(" ");
  const commands = [
    // What is masked until the next boot only is masked in another folder.
    ...(units.length > 0 ? [`systemctl --quiet unmask --runtime ${all}`, `systemctl --quiet unmask ${all}`] : []),
    ...(units.length > 0 ? [`systemctl start ${all}`] : []),
    ...(register ? [`systemctl restart ${kubelet}`] : []),
  ];
  if (commands.length === 0) return false;
  const what = look.broken.map(({ unit, state }) => `${unit} was ${state}`).join(", ");
  await run(commands.join(" && ")).catch((error: Error) => {
    throw new Failure(
      `${plan.name}: ${what || `${kubelet} did not register its node`}, and cannot be started: ${error.message}`,
      `Look at: ./lab ssh ${plan.name} -- journalctl -u ${units[0] ?? kubelet}; ./lab down and ./lab up write its units and settings anew.`,
    );
  });
  if (what) step.note(`${plan.name}: ${what}, and is started again`);
  if (register)
    step.note(`${plan.name}: its Node object was deleted or lost its labels: the kubelet registers it again`);
  return register || units.includes(kubelet);
}

/** Whether the kubelet has given the object its labels, and nobody has changed them since. */
function isRegistered(node: Node | undefined, hostname: string): boolean {
  const labels = node?.metadata.labels ?? {};
  const architecture = labels["kubernetes.io/arch"];
  return (
    labels["kubernetes.io/hostname"] === hostname &&
    labels["kubernetes.io/os"] === "linux" &&
    architecture !== undefined &&
    architecture === (node?.status?.nodeInfo?.architecture ?? architecture)
  );
}
