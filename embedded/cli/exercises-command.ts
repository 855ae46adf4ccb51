import { typescript, type Lab } from "./lab";
import type { SandboxFacts } from "../sandbox/types";

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
