import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../operations/lab";

/** What the running lab's hosts and images are, as far as the bench needs them. */
export interface SandboxFacts {
  sshKey: string;
  /** The network of the hosts, as a CIDR. */
  cidr: string;
  nas: { address: string };
  nodes: { address: string }[];
  images: { redis: string };
}

export function sandboxFacts(): SandboxFacts {
  const home = process.env.STORAGE_LAB_HOME ?? join(projectRoot, ".lab");
  return JSON.parse(readFileSync(join(home, "sandbox.json"), "utf8")) as SandboxFacts;
}
