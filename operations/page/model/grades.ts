import { resultsSchema, type Results, type StudentGrades } from "../../../grading/runner/results-schema";

/** What the grader has found of a class, but for the students. */
export type GradedClass = Omit<Results, "students">;

/** What a file of the grader's says; undefined where it is no such file, or is not whole. */
export function readGrades(text: string): { graded: GradedClass; students: Record<string, StudentGrades> } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = resultsSchema.safeParse(value);
  if (!read.success) return undefined;
  const { students, ...graded } = read.data;
  return { graded, students: Object.fromEntries(students.map((student) => [student.name, student])) };
}
