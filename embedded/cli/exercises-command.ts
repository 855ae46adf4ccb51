import execa from "execa";
import { typescript, type Lab } from "./lab";
import { projectRoot } from "./lab-files";
import type { SandboxFacts } from "../sandbox/types";
import { Failure } from "../../exercises/runner/failure";
import type { Result } from "../../exercises/runner/run-exercises";

/** What one look found, as the exercises report it; the NAS is looked at from here. */
export type Finding = Pick<Result, "id" | "title" | "passed" | "reason" | "remedy">;

/**
 * What `up` runs of a course that it has just made: the line from claim to NAS and back. All exercises together take
 * minutes (docs/performance.md), and are `verify`'s.
 */
export const FIRST_PROOF = [
  "static-pair",
  "dynamic-claim",
  "persistence-existing-claim",
  "persistence-template",
  "dns",
];

/** The command that runs the exercises in the lab's network. */
export function exercisesCommand(lab: Lab, facts: SandboxFacts, flags: string[]): string[] {
  return lab.sandbox.enter(typescript("exercises/runner/main.ts", ["--tools-image", facts.images.tools, ...flags]));
}

/** Runs the read-only checks of the cluster and returns what they found. */
export async function probeCluster(lab: Lab, facts: SandboxFacts): Promise<Finding[]> {
  const [file = "", ...args] = exercisesCommand(lab, facts, ["--probe", "--json"]);
  const env = { KUBECONFIG: facts.kubeconfig };
  const result = await execa(file, args, { cwd: projectRoot, env, reject: false, stdin: "ignore" });
  try {
    return (JSON.parse(result.stdout) as { results: Finding[] }).results;
  } catch {
    throw new Failure(`The exercises could not run:\n${result.stderr || result.stdout}`);
  }
}
