import { parse } from "csv-parse/sync";
import { resultsCsv, resultsJunit } from "../../../grading/runner/result-files";
import { gradeOf } from "../../../grading/runner/results";
import type { CheckGrade, Results } from "../../../grading/runner/results-schema";
import { resultsTable, shortcomings } from "../../../grading/runner/table";

const text = (en: string) => ({ en, zh: `${en}。` });
const check = (id: string, state: CheckGrade["state"], more: Partial<CheckGrade> = {}): CheckGrade => ({
  id,
  title: text(`the ${id}`),
  state,
  points: state === "passed" ? 5 : 0,
  of: 5,
  ...more,
});

const at = "2026-01-01T00:00:00Z";
const failed = check("pod", "failed", { reason: text("it is <not> there"), hint: { id: "h", ...text("make it") } });
const unknown = check("nas", "not graded", { cause: "no answer" });

const results: Results = {
  class: "school",
  startedAt: at,
  exercises: [{ id: "pair", title: text("Pair"), points: 15 }],
  students: [
    {
      name: "bob",
      realName: "=HYPERLINK(1)",
      group: "a",
      exercises: { pair: gradeOf([check("pv", "passed"), failed, unknown], false, at) },
    },
    { name: "ann", realName: "安, 安", exercises: {}, stuck: { since: at, error: "Pod p: Failed" } },
  ],
};

test("points are of what could be graded", () => {
  expect(results.students[0]?.exercises.pair).toMatchObject({ state: "partial", points: 5, of: 10 });
  expect(gradeOf([check("pv", "passed"), unknown], false, at)).toMatchObject({ state: "not graded", points: 5, of: 5 });
  expect(gradeOf([failed], true, at).state).toBe("not begun");
  expect(gradeOf([failed], false, at).state).toBe("failed");
});

test("the table has a student a line, and what did not pass is told with a hint", () => {
  const table = resultsTable(results);
  expect(table).toMatch(/bob .*│ 5 of 10, 1 not graded │ 5 of 10 +│/);
  expect(table).toMatch(/ann .*│ · +│ 0 of 0 +│/);
  expect(shortcomings(results)).toEqual([
    "✗ bob, pair: the pod: it is <not> there",
    "  → make it",
    "? bob, pair: the nas: could not be graded: no answer",
    expect.stringMatching(/^ann: nothing new for .*; Pod p: Failed$/),
  ]);
  expect(shortcomings(results, "zh")[0]).toBe("✗ bob, pair: the pod。: it is <not> there。");
});

test("the CSV is read by a spreadsheet, and a name is no formula", () => {
  const [header, ...rows]: string[][] = parse(resultsCsv(results));
  expect(header).toEqual(["class", "student", "name", "group", "pair", "pair of", "pair state", "points", "of"]);
  expect(rows).toEqual([
    ["school", "bob", "'=HYPERLINK(1)", "a", "5", "10", "partial", "5", "10"],
    ["school", "ann", "安, 安", "", "", "", "", "0", "0"],
  ]);
});

test("in JUnit what could not be graded is skipped, and does not fail", () => {
  const xml = resultsJunit(results);
  expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
  expect(xml).toContain('classname="school.bob.pair" name="pod: the pod"');
  expect(xml).toContain("it is &lt;not> there");
  expect(xml).toContain("no answer");
});
