import { resultsIn, type Results, type StudentGrades } from "../../../grading/runner/results-schema";

/** What the grader has found of a class, but for the students. */
export type GradedClass = Omit<Results, "students">;

/** What a file of the grader's says; undefined where it is no such file, or is not whole. */
export function readGrades(text: string): { graded: GradedClass; students: Record<string, StudentGrades> } | undefined {
  const results = resultsIn(text);
  if (!results) return undefined;
  const { students, ...graded } = results;
  return { graded, students: Object.fromEntries(students.map((student) => [student.name, student])) };
}
