import type { Host, SandboxFacts } from "../sandbox/types";
import { WrongUse } from "../../exercises/runner/failure";

/** The host that a user means: its name, its address, or `nas`. */
export function hostNamed(facts: Pick<SandboxFacts, "nas" | "nodes">, name: string): Host {
  const hosts = [facts.nas, ...facts.nodes];
  const host = name === "nas" ? facts.nas : hosts.find((h) => h.name === name || h.address === name);
  if (host) return host;
  const names = ["nas", ...facts.nodes.map((node) => node.name)];
  throw new WrongUse(`There is no host "${name}" in the lab.`, `One of: ${names.join(", ")}`);
}

/** The ssh command that reaches a host from within the lab's network; without `command` it logs in. */
export function sshCommand(
  facts: Pick<SandboxFacts, "sshKey" | "knownHosts">,
  host: Host,
  command: string[] = [],
): string[] {
  const settings = {
    IdentitiesOnly: "yes",
    UserKnownHostsFile: facts.knownHosts,
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    ConnectTimeout: "10",
    // A host that died without a word ends the session after half a minute.
    ServerAliveInterval: "5",
    ServerAliveCountMax: "6",
    LogLevel: "ERROR",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  // "none": what the user's own ~/.ssh/config says does not count here.
  const target = ["-F", "none", "-i", facts.sshKey, "-p", String(host.port), `${host.user}@${host.address}`];
  return ["ssh", ...options, ...target, ...command];
}
