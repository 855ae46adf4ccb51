import { z } from "zod";

const text = z.object({ en: z.string(), zh: z.string() });

/** How a check ended. */
const checkGrade = z.object({
  id: z.string(),
  title: text,
  state: z.enum(["passed", "failed", "not graded"]),
  points: z.number(),
  of: z.number(),
  reason: text.optional().describe("Why it failed"),
  hint: text.extend({ id: z.string() }).optional(),
  cause: z.string().optional().describe("Why it could not be graded"),
});

const exerciseGrade = z.object({
  state: z
    .enum(["running", "passed", "partial", "failed", "not graded", "not begun"])
    .describe(
      "not graded: nothing failed, and something could not be graded. not begun: of what it asks for there is nothing",
    ),
  points: z.number(),
  of: z.number().describe("Points of the checks that could be graded"),
  checks: z.array(checkGrade),
  at: z.string().describe("When it was graded"),
  lastNew: z.string().optional().describe("When the points last rose"),
});

const studentGrades = z.object({
  name: z.string(),
  realName: z.string().optional(),
  group: z.string().optional(),
  exercises: z.record(z.string(), exerciseGrade).describe("By the exercises' ids"),
  stuck: z
    .object({ since: z.string(), error: z.string().optional() })
    .optional()
    .describe("Since when there is nothing new, where that is long ago, and the last error that the student met"),
});

/** The results of a class: `reports/grades/<class>.json`. */
export const resultsSchema = z.object({
  class: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional().describe("Missing while it is being graded, and of a run that was cut off"),
  exercises: z.array(z.object({ id: z.string(), title: text, points: z.number() })),
  students: z.array(studentGrades),
});

/** The results in a text; undefined where it is something else, or is not whole. */
export function resultsIn(text: string): Results | undefined {
  try {
    return resultsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export type CheckGrade = z.output<typeof checkGrade>;
export type ExerciseGrade = z.output<typeof exerciseGrade>;
export type GradeState = ExerciseGrade["state"];
export type StudentGrades = z.output<typeof studentGrades>;
export type Results = z.output<typeof resultsSchema>;
