import { stringify } from "csv-stringify/sync";
import junit from "junit-report-builder";
import type { Results } from "./results-schema";
import { totalOf } from "./table";

/**
 * The results for a spreadsheet, a student a line: of each exercise the points, and the points that could be graded. What
 * begins like a formula is text.
 */
export function resultsCsv({ class: className, students, exercises }: Results): string {
  const header = [
    "class",
    "student",
    "name",
    "group",
    ...exercises.flatMap(({ id }) => [id, `${id} of`, `${id} state`]),
    "points",
    "of",
  ];
  const rows = students.map((student) => {
    const { name, realName = "", group = "" } = student;
    const { points, of } = totalOf(student);
    const grades = exercises.flatMap(({ id }): (string | number)[] => {
      const grade = student.exercises[id];
      return grade ? [grade.points, grade.of, grade.state] : ["", "", ""];
    });
    return [className, name, realName, group, ...grades, points, of];
  });
  return stringify([header, ...rows], { escape_formulas: true });
}

/** The results as JUnit XML: a suite a student, a test a check. What could not be graded is skipped. */
export function resultsJunit({ class: className, students }: Results): string {
  const builder = junit.newBuilder();
  for (const { name, exercises } of students) {
    const suite = builder.testSuite().name(`${className}.${name}`);
    for (const [id, { checks }] of Object.entries(exercises)) {
      for (const { id: check, title, state, reason, hint, cause } of checks) {
        const test = suite.testCase().className(`${className}.${name}.${id}`).name(`${check}: ${title.en}`);
        if (state === "failed") test.failure([reason?.en, hint?.en].filter(Boolean).join("\n"));
        if (state === "not graded") test.skipped();
        if (cause !== undefined) test.standardError(cause);
      }
    }
  }
  return builder.build();
}
