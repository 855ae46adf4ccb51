import execa from "execa";
import type { HostCheck } from "../../components/index";
import { renderScript } from "../../components/nfs/script-text";
import { probeCluster, type Finding } from "./exercises-command";
import type { Lab } from "./lab";
import { sshCommand } from "./ssh-command";
import { readState, type Deployment } from "./stack-state";
import type { SandboxFacts } from "../sandbox/types";

/** Looks at the NAS and at the cluster without changing either; returns what was found, in a fixed order. */
export async function probe(lab: Lab, facts: SandboxFacts): Promise<Finding[]> {
  const nas = Promise.all(Object.values(lab.stacks).map((stack) => probeNas(lab, facts, stack)));
  const [onNas, cluster] = await Promise.all([nas, probeCluster(lab, facts)]);
  return [...onNas.flat(), ...cluster];
}

/** A finding as the user reads it. */
export function line(finding: Finding): string {
  if (finding.passed) return `✓ ${finding.title}`;
  const remedy = finding.remedy ? `\n    → ${finding.remedy}` : "";
  return `✗ ${finding.title}: ${finding.reason ?? "no reason given"}${remedy}`;
}

/** Looks at the NAS itself, which Pulumi does not: has somebody changed by hand what the stack made there? */
async function probeNas(lab: Lab, facts: SandboxFacts, stack: string): Promise<Finding[]> {
  const checks = hostChecksOf(await readState(lab.files, stack));
  if (checks) return Promise.all(checks.map((check) => runOnNas(lab, facts, check)));
  const reason = "its last pulumi up did not come to its end, or was run by an older version";
  return [{ id: stack, title: `${stack} says how to check the NAS`, passed: false, reason, remedy: "./lab up" }];
}

/** The checks that a stack's state hands out: none where nothing was made, undefined where they should be there. */
export function hostChecksOf(state: Deployment | undefined): HostCheck[] | undefined {
  if (!state?.resources?.length) return [];
  const stack = state.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return stack?.outputs?.hostChecks as HostCheck[] | undefined;
}

async function runOnNas(lab: Lab, facts: SandboxFacts, check: HostCheck): Promise<Finding> {
  const command = sshCommand(facts, facts.nas, ["bash -s -- check"]);
  const [file = "", ...args] = lab.sandbox.enter(command);
  const result = await execa(file, args, {
    input: renderScript(check.script, check.values),
    reject: false,
    timeout: 30_000,
  });
  const finding = { id: check.name, title: check.title };
  if (!result.failed) return { ...finding, passed: true };
  const said = result.stderr.trim().replaceAll("\n", "; ");
  // ssh itself ends with 255.
  if (result.timedOut || result.exitCode === 255) {
    const where = `${facts.nas.name} (${facts.nas.address}, port ${facts.nas.port})`;
    return { ...finding, passed: false, reason: `${where} does not answer over SSH: ${said}`, remedy: "./lab status" };
  }
  const remedy = 'Raise "generation" in the stack\'s config file and run ./lab up: the scripts then run again.';
  return { ...finding, passed: false, reason: said, remedy };
}
