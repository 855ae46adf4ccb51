import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../../embedded/cli/lab-files";
import type { ExerciseGrade } from "../../../grading/runner/results-schema";

const folder = join(projectRoot, "grading", "exercises");

/** A script with which a student does an exercise, well or not, and what it gets. */
export interface Attempt {
  exercise: string;
  /** From the project's folder. */
  script: string;
  points: number;
  /** Of each check that fails, the hint. */
  hints: Record<string, string>;
}

/** What an exercise's attempts make: two that make one thing do not go together. */
const MAKES: Record<string, string[]> = {
  "static-pair": ["own-1"],
  "released-back": ["own-1"],
  "claim-ref": ["own-2"],
  "redis-static": ["own-3"],
  "redis-dynamic": ["store"],
  dns: ["store"],
  persistence: ["own-3", "store"],
  // The last: it takes all that is left for claims.
  quota: ["own-2"],
};

/** All attempts as they are written down; a script that is not is an error. */
export function attempts(): Attempt[] {
  return Object.keys(MAKES).flatMap((exercise) => {
    const written = parse(readFileSync(join(folder, exercise, "attempts.yaml"), "utf8")) as Record<
      string,
      Omit<Attempt, "exercise" | "script">
    >;
    const scripts = readdirSync(join(folder, exercise)).filter((name) => name.endsWith(".sh"));
    const unknown = scripts.filter((name) => !(name.replace(/\.sh$/, "") in written));
    if (unknown.length > 0) throw new Error(`${exercise}/attempts.yaml says nothing about ${unknown.join(", ")}`);
    return Object.entries(written).map(([name, expected]) => ({
      exercise,
      script: join("grading", "exercises", exercise, `${name}.sh`),
      ...expected,
    }));
  });
}

export const isAnswer = ({ script }: Attempt) => script.endsWith("/answer.sh");

/** Groups of attempts that one student can make at the same time, as few as possible. */
export function bundles(all: Attempt[]): Attempt[][] {
  const made: { attempts: Attempt[]; things: Set<string> }[] = [];
  // Those that make most first.
  const things = ({ exercise }: Attempt) => MAKES[exercise] ?? [];
  for (const attempt of [...all].sort((one, other) => things(other).length - things(one).length)) {
    let place = made.find((bundle) => things(attempt).every((thing) => !bundle.things.has(thing)));
    if (!place) made.push((place = { attempts: [], things: new Set() }));
    place.attempts.push(attempt);
    for (const thing of things(attempt)) place.things.add(thing);
  }
  return made.map((bundle) => bundle.attempts);
}

/** What differs from what is written down, in a line; undefined where nothing does. */
export function difference(
  { script, exercise, points, hints }: Attempt,
  grade: ExerciseGrade | undefined,
): string | undefined {
  const found = Object.fromEntries(
    (grade?.checks ?? [])
      .filter(({ state }) => state !== "passed")
      .map(({ id, hint, cause }) => [id, hint?.id ?? `not graded: ${cause}`]),
  );
  const [is, expected] = [
    { points: grade?.points, hints: found },
    { points, hints },
  ].map((each) => JSON.stringify(each));
  return is === expected ? undefined : `${script} (${exercise}): ${is}, expected ${expected}`;
}
