import type { Exercise } from "./exercise";
import type { Place } from "./place";
import type { ExerciseGrade, GradeState } from "./results-schema";
import { checkLines } from "./table";
import type { Language, Text } from "./text";

/** What an exercise asks for, as a student reads it. */
export function taskText(exercise: Exercise, place: Place, language: Language): string {
  const { id, title, task } = exercise;
  return `${id}: ${title[language]}\n${task(place)[language].replaceAll(/^/gm, "  ")}`;
}

const STATES: Record<GradeState, Text> = {
  running: { en: "running", zh: "检查中" },
  passed: { en: "done", zh: "完成" },
  partial: { en: "in part", zh: "部分完成" },
  failed: { en: "not yet", zh: "未完成" },
  "not graded": { en: "could not be checked", zh: "无法检查" },
  "not begun": { en: "not begun", zh: "未开始" },
};

/** What was found in the student's work, without points. */
export function checkedText({ id, title }: Exercise, { state, checks }: ExerciseGrade, language: Language): string {
  const lines = checks.flatMap((check) =>
    check.state === "passed" ? [`✓ ${check.title[language]}`] : checkLines("", check, language),
  );
  const told = state === "not begun" ? [] : lines.map((line) => `  ${line}`);
  return [`${id}: ${title[language]}: ${STATES[state][language]}`, ...told].join("\n");
}

/** The same for programs. */
export function checkedJson(grades: [Exercise, ExerciseGrade][]): string {
  const told = grades.map(([{ id, title }, { state, checks }]) => ({
    id,
    title,
    state,
    checks: checks.map(({ id: check, title: about, state: is, reason, hint, cause }) => ({
      ...{ id: check, title: about, state: is, reason, hint, cause },
    })),
  }));
  return JSON.stringify(told, undefined, 2);
}
