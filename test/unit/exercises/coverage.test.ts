import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exercises } from "../../../exercises/sections/exercises";
import { sections } from "../../../exercises/runner/exercise";
import { type Requirement, type RequirementId, requirements } from "../../../exercises/tools/coverage";
import { provers, renderCoverage, COVERAGE_FILE } from "../../../exercises/tools/coverage-file";

const root = join(__dirname, "../../..");
const all = Object.entries(requirements) as [RequirementId, Requirement][];

test.each(all)("%s is proven by an exercise, or by files that are there", (id, { elsewhere = [] }) => {
  expect([...provers(id), ...elsewhere]).not.toEqual([]);
  for (const file of elsewhere) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
});

test("requirements that need a cloud are proven by the exercise that only asks, and by no other", () => {
  for (const [id] of all.filter(([, { cloud }]) => cloud)) expect(provers(id)).toEqual(["cloud"]);
});

test("each exercise has a name of its own and proves a row, and no section is empty", () => {
  expect(new Set(exercises.map(({ id }) => id)).size).toBe(exercises.length);
  for (const { covers: proven } of exercises) expect(proven).not.toEqual([]);
  expect(new Set(exercises.map(({ section }) => section))).toEqual(new Set(sections));
});

test("docs/coverage.md is up to date (npm run coverage)", () => {
  expect(readFileSync(COVERAGE_FILE, "utf8")).toBe(renderCoverage());
});
