import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exercises } from "../../../exercises/sections/exercises";
import { sections } from "../../../exercises/runner/exercise";
import { lessons, type Requirement, type RequirementId, requirements } from "../../../exercises/tools/coverage";
import { provers, renderCoverage, COVERAGE_FILE } from "../../../exercises/tools/coverage-file";

const root = join(__dirname, "../../..");
const all = Object.entries(requirements) as [RequirementId, Requirement][];

test.each(all)("%s is proven by an exercise, or by files that exist", (id, { elsewhere = [] }) => {
  expect([...provers(id), ...elsewhere]).not.toEqual([]);
  for (const file of elsewhere) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
});

test("requirements that need a cloud are proven by the dry-run exercise and by no other", () => {
  for (const [id] of all.filter(([, { cloud }]) => cloud)) expect(provers(id)).toEqual(["cloud"]);
});

test("each exercise has a unique name and proves a requirement, and no section is empty", () => {
  expect(new Set(exercises.map(({ id }) => id)).size).toBe(exercises.length);
  for (const { covers } of exercises) expect(covers).not.toEqual([]);
  expect(new Set(exercises.map(({ section }) => section))).toEqual(new Set(sections));
});

test("the requirements are in the order of the lessons, and every lesson has some", () => {
  const named = all.map(([, { lesson }]) => lesson);
  expect(named.filter((lesson, index) => lesson !== named[index - 1])).toEqual(lessons);
});

test("docs/coverage.md is up to date (npm run coverage)", () => {
  expect(readFileSync(COVERAGE_FILE, "utf8")).toBe(renderCoverage());
});
