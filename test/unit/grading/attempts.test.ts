import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../embedded/cli/lab-files";
import { gradedExercises } from "../../../grading/exercises/exercises";
import { attempts, bundles, difference, isAnswer } from "../../support/grading/attempts";

const all = attempts();

test.each(gradedExercises)("$id has an answer key and at least three wrong attempts", ({ id, checks }) => {
  const own = all.filter(({ exercise }) => exercise === id);
  expect(own.filter(isAnswer)).toEqual([expect.objectContaining({ points: 10, hints: {} })]);
  const wrong = own.filter((attempt) => !isAnswer(attempt));
  expect(wrong.length).toBeGreaterThanOrEqual(3);
  const known = new Map(checks.map((check) => [check.id, check.points]));
  for (const { script, points, hints } of wrong) {
    accessSync(join(projectRoot, script), constants.X_OK);
    // The points are those of the checks that pass.
    const lost = Object.keys(hints).reduce((sum, check) => sum + (known.get(check) ?? NaN), 0);
    expect([script, points]).toEqual([script, 10 - lost]);
  }
});

test("all wrong attempts are in a bundle, and none meets another", () => {
  const wrong = all.filter((attempt) => !isAnswer(attempt));
  const made = bundles(wrong);
  expect(made.flat()).toHaveLength(wrong.length);
  for (const bundle of made) expect(new Set(bundle.map(({ exercise }) => exercise)).size).toBe(bundle.length);
  expect(made.length).toBeLessThanOrEqual(9);
});

test("a difference names what was found and what was expected", () => {
  const [attempt] = all;
  expect(attempt && difference(attempt, undefined)).toMatch(/answer.sh .*expected \{"points":10,"hints":\{\}\}$/);
});
