import { existsSync, readFileSync } from "node:fs";
import { environments, FACTORS, goesTogether, type Environment } from "../support/environments/factors";
import { keyOf, pairsOf, pairwise, possiblePairs, type Row } from "../support/environments/pairwise";
import { ENVIRONMENTS_FILE, environmentsIn } from "../support/environments/table";

const rows = environments() as unknown as Row[];

test("every two settings that go together are in one of at least 20 environments, and no others", () => {
  const covered = new Set(rows.flatMap(pairsOf).map(keyOf));
  const possible = possiblePairs(FACTORS, (row) => goesTogether(row as Partial<Environment>)).map(keyOf);
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect([...covered].sort()).toEqual(possible.sort());
  for (const row of rows) expect(Object.keys(row)).toEqual(expect.arrayContaining(Object.keys(FACTORS)));
});

test("pairs that do not go together are left out, and nothing else", () => {
  const made = pairwise({ a: ["1", "2"], b: ["1", "2"], c: ["1", "2"] }, ({ a, b }) => !(a === "2" && b === "2"));
  const pairs = new Set(made.flatMap(pairsOf).map(keyOf));
  expect(pairs.size).toBe(11);
  expect(pairs).not.toContain(keyOf({ a: "2", b: "2" }));
});

test("the documentation has these environments", () => {
  expect(existsSync(ENVIRONMENTS_FILE)).toBe(true);
  const names = Object.keys(FACTORS);
  expect(environmentsIn(readFileSync(ENVIRONMENTS_FILE, "utf8"))).toEqual(
    rows.map((row) => names.map((name) => row[name])),
  );
});
