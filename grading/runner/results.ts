import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { resultsIn, type CheckGrade, type ExerciseGrade, type GradeState, type Results } from "./results-schema";

/** The results of the run before; undefined where there are none, or the file is of something else. */
export function readResults(file: string): Results | undefined {
  try {
    return resultsIn(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Writes them whole or not at all: the page reads them meanwhile. */
export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(results, undefined, 1)}\n`);
  renameSync(temporary, file);
}

/**
 * What an exercise's checks come to.
 *
 * @param isMissing Whether there is nothing of all that was looked at.
 */
export function gradeOf(checks: CheckGrade[], isMissing: boolean, at: string): ExerciseGrade {
  const graded = checks.filter(({ state }) => state !== "not graded");
  const points = graded.reduce((sum, check) => sum + check.points, 0);
  return {
    state: stateOf(checks, isMissing),
    points,
    of: graded.reduce((sum, check) => sum + check.of, 0),
    checks,
    at,
  };
}

function stateOf(checks: CheckGrade[], isMissing: boolean): GradeState {
  const has = (state: CheckGrade["state"]) => checks.some((check) => check.state === state);
  if (!has("failed")) return has("not graded") ? "not graded" : "passed";
  if (has("passed")) return "partial";
  return isMissing ? "not begun" : "failed";
}
