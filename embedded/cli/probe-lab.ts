import { probeCluster, type Finding } from "./exercises-command";
import type { Lab } from "./lab";
import { probeNas } from "./probe-nas";
import type { SandboxFacts } from "../sandbox/types";

/** Looks at the cluster and at the NAS without changing either; answers what was found, in a fixed order. */
export async function probe(lab: Lab, facts: SandboxFacts): Promise<Finding[]> {
  const [nas, cluster] = await Promise.all([probeNas(lab, facts), probeCluster(lab, facts)]);
  return [...nas, ...cluster];
}

/** A finding as the user reads it. */
export function line(finding: Finding): string {
  if (finding.passed) return `✓ ${finding.title}`;
  const remedy = finding.remedy ? `\n    → ${finding.remedy}` : "";
  return `✗ ${finding.title}: ${finding.reason ?? "no reason given"}${remedy}`;
}
