import { z } from "zod";

const words = z.object({ en: z.string(), zh: z.string() });

const check = z.object({
  id: z.string(),
  title: words,
  state: z.enum(["passed", "failed", "not graded"]),
  points: z.number(),
  of: z.number(),
  reason: words.optional(),
  hint: words.optional(),
  cause: z.string().optional(),
});

const exerciseGrade = z.object({
  state: z.enum(["running", "passed", "partial", "failed", "not graded", "not begun"]),
  points: z.number(),
  of: z.number(),
  checks: z.array(check),
  at: z.string().optional(),
  lastNew: z.string().optional(),
});

const studentGrades = z.object({
  name: z.string(),
  realName: z.string().optional(),
  group: z.string().optional(),
  exercises: z.record(z.string(), exerciseGrade),
  stuck: z.object({ since: z.string(), error: z.string().optional() }).optional(),
});

const results = z.object({
  class: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  exercises: z.array(z.object({ id: z.string(), title: words, points: z.number() })),
  students: z.array(studentGrades),
});

export type ExerciseGrade = z.output<typeof exerciseGrade>;
export type StudentGrades = z.output<typeof studentGrades>;

/** What the grader has found of a class, but for the students. */
export type GradedClass = Omit<z.output<typeof results>, "students">;

/** What a file of the grader's says; undefined where it is no such file, or is not whole. */
export function readGrades(text: string): { graded: GradedClass; students: Record<string, StudentGrades> } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = results.safeParse(value);
  if (!read.success) return undefined;
  const { students, ...graded } = read.data;
  return { graded, students: Object.fromEntries(students.map((student) => [student.name, student])) };
}
