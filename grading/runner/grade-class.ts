import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Estimate } from "../../exercises/runner/estimate";
import type { Nas } from "../cluster/nas";
import { removeLookingPods } from "../cluster/pod-nas";
import { type Exercise, pointsOf, unfit } from "./exercise";
import { gradeExercise } from "./grade-exercise";
import type { Place } from "./place";
import { gradeOf } from "./results";
import type { ExerciseGrade, Results, StudentGrades } from "./results-schema";
import { stuckOf } from "./stuck";
import { Work } from "./work";

/** A student as the class knows them. */
export type Named = Pick<StudentGrades, "name" | "realName" | "group">;

/** A student who is graded: where the work is, and with whose rights it is looked at. */
export interface GradedStudent {
  name: string;
  place: Place;
  cluster: Cluster;
  nas: Nas;
}

export interface Grading {
  className: string;
  /** All students of the class, in its order. */
  everybody: Named[];
  /** Those who are graded. */
  students: GradedStudent[];
  /** On what. */
  exercises: Exercise[];
  /** The results of before: what is not graded now stays, and a run that was cut off is gone on with. */
  before?: Results;
  /** Grade everything anew, also what a run that was cut off has graded. @default false */
  again?: boolean;
  /** @default {@link studentsAtOnce} */
  atOnce?: number;
  /** Longest time for one student, in seconds. @default {@link STUDENT_SECONDS} */
  studentSeconds?: number;
  /** Ends it after what is under way was cleaned up. */
  signal: AbortSignal;
  observer: GradingObserver;
}

export interface GradingObserver {
  /** After every change of the results. */
  results(results: Results): void;
  /** How far it is. */
  far(text: string): void;
  /** What should be known of it: a thing that was left behind, say. */
  note(text: string): void;
}

/** How many students are graded side by side: checks mostly wait, and each of these has at most a pod under way. */
export const studentsAtOnce = Math.max(4, Math.min(16, 3 * availableParallelism()));

export const STUDENT_SECONDS = 600;

/** Grades students. One who cannot be graded stops no other. */
export async function gradeClass(grading: Grading): Promise<Results> {
  const { students, exercises, signal, observer, again = false } = grading;
  const { before } = grading;
  const goesOn = !again && before !== undefined && before.endedAt === undefined;
  const results = begun(grading, goesOn ? before.startedAt : new Date().toISOString());
  const limit = pLimit(grading.atOnce ?? studentsAtOnce);
  const estimate = new Estimate(students.length);
  observer.far(estimate.text);
  observer.results(results);
  await Promise.all(
    students.map((student) =>
      limit(async () => {
        if (signal.aborted) return;
        const own = results.students.find(({ name }) => name === student.name);
        if (!own) throw new Error(`${student.name} is no student of the class`);
        const done = (grade?: ExerciseGrade) => goesOn && isDone(grade, results.startedAt);
        const left = exercises.filter(({ id }) => !done(own.exercises[id]));
        await gradeStudent(grading, student, own, left, () => observer.results(results));
        estimate.add(1);
        observer.far(estimate.text);
      }),
    ),
  );
  if (!signal.aborted) results.endedAt = new Date().toISOString();
  observer.results(results);
  return results;
}

/** Whether a run that was cut off has graded it. */
function isDone(grade: ExerciseGrade | undefined, since: string): boolean {
  return grade !== undefined && grade.at >= since && grade.state !== "running" && grade.state !== "not graded";
}

/** The results of before, without those of exercises and students that are no more; nothing is graded yet. */
function begun({ className, everybody, exercises, before }: Grading, startedAt: string): Results {
  const kept = before?.class === className ? before : undefined;
  const graded = exercises.map((exercise) => ({ id: exercise.id, title: exercise.title, points: pointsOf(exercise) }));
  // In the order in which they were graded first: columns stay where they are.
  const known = kept?.exercises.map((each) => graded.find(({ id }) => id === each.id) ?? each) ?? [];
  const others = graded.filter(({ id }) => !known.some((each) => each.id === id));
  const of = new Map(kept?.students.map((student) => [student.name, student]));
  return {
    class: className,
    startedAt,
    exercises: [...known, ...others],
    students: everybody.map(({ name, realName, group }) => {
      const { exercises: grades = {}, stuck } = of.get(name) ?? {};
      return { name, realName, group, exercises: { ...grades }, stuck };
    }),
  };
}

async function gradeStudent(
  { signal, studentSeconds = STUDENT_SECONDS, observer }: Grading,
  { name, place, cluster, nas }: GradedStudent,
  own: StudentGrades,
  exercises: Exercise[],
  changed: () => void,
): Promise<void> {
  const limit = new AbortController();
  const late = () => limit.abort(new Error(`the student's ${studentSeconds} s were over`));
  const timer = setTimeout(late, studentSeconds * 1000);
  const both = AbortSignal.any([signal, limit.signal]);
  try {
    // What cannot be removed now is in nobody's way: names of pods are never the same.
    await removeLookingPods(cluster, place.namespace).catch(() => {});
    for (const exercise of exercises) {
      const { id } = exercise;
      const last = own.exercises[id];
      own.exercises[id] = { points: 0, of: 0, checks: [], ...last, state: "running", at: new Date().toISOString() };
      changed();
      const work = new Work(place, cluster, nas, both);
      const complain = (words: string) =>
        observer.note(`${name}, ${id}: left behind, the next run removes it: ${words}`);
      const grade = ungradable(exercise, place) ?? (await gradeExercise(exercise, work, both, complain));
      if (signal.aborted) {
        if (last) own.exercises[id] = last;
        else delete own.exercises[id];
        return;
      }
      own.exercises[id] = { ...grade, lastNew: isNew(grade, last) ? grade.at : last?.lastNew };
    }
    own.stuck = await stuckOf(cluster, place.namespace, own).catch(() => undefined);
  } finally {
    clearTimeout(timer);
    changed();
  }
}

/** Whether there is more than there was: points, or a beginning. */
function isNew(grade: ExerciseGrade, last: ExerciseGrade | undefined): boolean {
  if (grade.points > (last?.points ?? 0)) return true;
  return last?.lastNew === undefined && grade.state !== "not begun" && grade.state !== "not graded";
}

/** What is not for this class costs nobody a point. */
function ungradable(exercise: Exercise, place: Place): ExerciseGrade | undefined {
  const cause = unfit(exercise, place)?.en;
  if (cause === undefined) return undefined;
  const checks = exercise.checks.map(({ id, title, points }) => ({
    ...{ id, title, state: "not graded" as const, points: 0, of: points, cause },
  }));
  return gradeOf(checks, false, new Date().toISOString());
}
