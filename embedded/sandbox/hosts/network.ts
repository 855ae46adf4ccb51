import { existsSync } from "node:fs";
import { run } from "../../toolkit/run";
import { allHosts, hostNetwork, nodes, type HostPlan } from "../plan";

const bridge = "br0";

export function namespaceFile(namespace: string): string {
  return `/run/netns/${namespace}`;
}

/** The command line that runs `command` in the namespace. nsenter replaces itself by the program: same process id. */
export function enterNamespace(namespace: string, command: string[]): [string, ...string[]] {
  return ["nsenter", `--net=${namespaceFile(namespace)}`, ...command];
}

/** Whether the namespace is there and whole: a killed `ip netns add` leaves a plain file of that name. */
export async function namespacePresent(namespace: string): Promise<boolean> {
  if (!existsSync(namespaceFile(namespace))) return false;
  return run("ip", ["-n", namespace, "link", "show", "dev", "lo"]).then(
    () => true,
    () => false,
  );
}

/** Makes the namespace with its bridge, and the routes to the pods of each node; what is there already stays. */
export async function ensureNetwork(namespace: string): Promise<void> {
  if (!(await namespacePresent(namespace))) {
    await removeNetwork(namespace);
    await run("ip", ["netns", "add", namespace]);
  }
  if (!(await links(namespace)).includes(bridge)) {
    await run("ip", ["-n", namespace, "link", "add", bridge, "type", "bridge"]);
  }
  await run("ip", ["-n", namespace, "link", "set", "lo", "up"]);
  await run("ip", [
    "-n",
    namespace,
    "address",
    "replace",
    `${hostNetwork.gateway}/${hostNetwork.prefix}`,
    "dev",
    bridge,
  ]);
  await run("ip", ["-n", namespace, "link", "set", bridge, "up"]);
  for (const node of nodes) {
    await run("ip", ["-n", namespace, "route", "replace", node.podCidr, "via", node.address]);
  }
}

/** Makes a host's end of its cable again; only while the host does not run. */
export async function renewTap(namespace: string, host: HostPlan): Promise<void> {
  const tap = tapOf(host);
  if ((await links(namespace)).includes(tap)) await run("ip", ["-n", namespace, "link", "delete", tap]);
  await run("ip", ["-n", namespace, "tuntap", "add", "dev", tap, "mode", "tap"]);
  await run("ip", ["-n", namespace, "link", "set", tap, "master", bridge, "up"]);
}

export function tapOf(host: HostPlan): string {
  return `tap-${host.name}`;
}

/** Removes bridge, taps and namespace, or what a killed command left of them. */
export async function removeNetwork(namespace: string): Promise<void> {
  if (await namespacePresent(namespace)) {
    // A process that somebody else keeps in the namespace would keep these alive with it.
    const present = await links(namespace);
    for (const name of [...allHosts.map(tapOf), bridge]) {
      if (present.includes(name)) await run("ip", ["-n", namespace, "link", "delete", name]);
    }
  }
  if (existsSync(namespaceFile(namespace))) await run("ip", ["netns", "delete", namespace]);
}

async function links(namespace: string): Promise<string[]> {
  const answer = JSON.parse(await run("ip", ["-n", namespace, "-json", "link"])) as { ifname?: string }[];
  return answer.flatMap((link) => link.ifname ?? []);
}
