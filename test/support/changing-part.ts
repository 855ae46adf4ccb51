import { execFileSync } from "node:child_process";
import { projectRoot } from "../../embedded/cli/lab-files";

/** Set to 1, the long matrices run whole: `STORAGE_LAB_TEST_WHOLE=1 ./lab test lab`. */
const wholeVariable = "STORAGE_LAB_TEST_WHOLE";

/**
 * Every `parts`-th member of a long matrix, another share for another commit: what a run leaves out, the runs of the
 * next commits take. The commit's hash chooses, so that a run can be repeated, also in a clone without history. Says
 * which part it is.
 */
export function changingPart<T>(what: string, matrix: T[], parts: number): T[] {
  if (isWhole()) return matrix;
  const part = partOf(headCommit(), parts);
  process.stderr.write(`${what}: part ${part + 1} of ${parts}; all of them with ${wholeVariable}=1\n`);
  return shareOf(matrix, part, parts);
}

/** Whether the long matrices run whole. */
export function isWhole(): boolean {
  return process.env[wholeVariable] === "1";
}

/** A number that is another one for another commit. */
export function commitNumber(commit = headCommit()): number {
  return Number.parseInt(commit.slice(0, 8), 16);
}

/** Which part a commit has, counted from 0. */
export function partOf(commit: string, parts: number): number {
  return commitNumber(commit) % parts;
}

export function shareOf<T>(matrix: T[], part: number, parts: number): T[] {
  return matrix.filter((_, index) => index % parts === part);
}

/** The commit that is tested. */
export function headCommit(): string {
  return execFileSync("git", ["rev-parse", "HEAD"], { cwd: projectRoot, encoding: "utf8" });
}
