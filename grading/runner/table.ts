import Table from "cli-table3";
import { duration } from "../../exercises/runner/progress";
import type { CheckGrade, ExerciseGrade, Results, StudentGrades } from "./results-schema";
import type { Language, Text } from "./text";

/** What stands in the table for an exercise that nobody has graded. */
const NOTHING = "·";

/** The points of a student, of those that could be graded. */
export function totalOf({ exercises }: Pick<StudentGrades, "exercises">): { points: number; of: number } {
  const grades = Object.values(exercises);
  const sum = (key: "points" | "of") => grades.reduce((total, grade) => total + grade[key], 0);
  return { points: sum("points"), of: sum("of") };
}

/** Students by exercises. */
export function resultsTable({ students, exercises }: Results): string {
  const table = new Table({
    head: ["student", "name", "group", ...exercises.map(({ id }) => id), "points"],
    style: { head: [], border: [], compact: true },
  });
  for (const student of students) {
    const { name, realName = "", group = "" } = student;
    const { points, of } = totalOf(student);
    table.push([
      name,
      realName,
      group,
      ...exercises.map(({ id }) => cell(student.exercises[id])),
      `${points} of ${of}`,
    ]);
  }
  return table.toString();
}

function cell(grade: ExerciseGrade | undefined): string {
  if (!grade) return NOTHING;
  const { state, points, of } = grade;
  if (state === "not begun" || state === "not graded" || state === "running") return state;
  const unknown = grade.checks.filter((check) => check.state === "not graded").length;
  return `${points} of ${of}${unknown > 0 ? `, ${unknown} not graded` : ""}`;
}

/** What did not pass, a student and a check a line, with what to do. */
export function shortcomings({ students }: Results, language: Language = "en"): string[] {
  return students.flatMap(({ name, exercises, stuck }) => {
    const lines = Object.entries(exercises).flatMap(([id, { state, checks }]) => {
      if (state === "not begun") return [];
      return checks.flatMap((check) => checkLines(`${name}, ${id}: `, check, language));
    });
    if (!stuck) return lines;
    const long = duration(Date.now() - Date.parse(stuck.since));
    return [...lines, `${name}: nothing new for ${long}${stuck.error ? `; ${stuck.error}` : ""}`];
  });
}

/** One check that did not pass, in one line for its cause and one for its hint; nothing of one that did. */
export function checkLines(before: string, check: CheckGrade, language: Language): string[] {
  const { state, title, reason, hint, cause } = check;
  const said = (text: Text | undefined) => text?.[language] ?? "";
  if (state === "not graded") return [`? ${before}${title[language]}: ${words.notGraded[language]}: ${cause}`];
  if (state === "passed") return [];
  return [`✗ ${before}${title[language]}: ${said(reason)}`, ...(hint ? [`  → ${hint[language]}`] : [])];
}

const words = { notGraded: { en: "could not be graded", zh: "无法评分" } };
