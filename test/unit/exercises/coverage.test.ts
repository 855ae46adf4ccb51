import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exercises } from "../../../exercises/sections/exercises";
import { sections } from "../../../exercises/runner/exercise";
import { type Row, type RowId, rows } from "../../../exercises/tools/coverage";
import { provers, renderRows, ROWS_FILE } from "../../../exercises/tools/coverage-file";

const root = join(__dirname, "../../..");
const all = Object.entries(rows) as [RowId, Row][];

test.each(all)("%s is proven by an exercise, or by files that are there", (id, { elsewhere = [] }) => {
  expect([...provers(id), ...elsewhere]).not.toEqual([]);
  for (const file of elsewhere) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
});

test("rows that need a cloud are proven by the exercise that only asks, and by no other", () => {
  for (const [id] of all.filter(([, { cloud }]) => cloud)) expect(provers(id)).toEqual(["cloud"]);
});

test("each exercise has a name of its own and proves a row, and no section is empty", () => {
  expect(new Set(exercises.map(({ id }) => id)).size).toBe(exercises.length);
  for (const { rows: proven } of exercises) expect(proven).not.toEqual([]);
  expect(new Set(exercises.map(({ section }) => section))).toEqual(new Set(sections));
});

test("docs/rows.md is up to date (npm run rows)", () => {
  expect(readFileSync(ROWS_FILE, "utf8")).toBe(renderRows());
});
