import type { Place } from "./place";
import type { Text } from "./text";
import type { Work } from "./work";

/** One thing that an exercise asks for, with its points. */
export interface Check {
  id: string;
  /** What is so when it passes, in a sentence. */
  title: Text;
  /** A whole number. */
  points: number;
  /** Ids of earlier checks of the exercise, without which this one cannot pass. @default none */
  after?: string[];
  /** Longest run, in seconds. @default 60 */
  seconds?: number;
  /**
   * Returns where the work is as it should be, and throws a `NotMet` where it is not. Whatever else it throws means that it
   * could not be graded.
   */
  run: (work: Work) => Promise<void>;
}

/** What a student is asked to do, and how it is seen that it was done. */
export interface Exercise {
  id: string;
  title: Text;
  /** What the student reads. It names every object that is looked at. */
  task: (place: Place) => Text;
  /** How many of the student's own volumes it needs: it is not for classes that have fewer. @default 0 */
  ownVolumes?: number;
  /** Whether it needs dynamic claims: it is not for classes without. @default false */
  dynamic?: boolean;
  checks: Check[];
}

/** Longest run of a check that says nothing about it, in seconds. */
export const CHECK_SECONDS = 60;

/** Gives back the exercise, once it is sure that it can be graded. */
export function defineExercise(exercise: Exercise): Exercise {
  const { id, checks } = exercise;
  const fail = (text: string): never => {
    throw new Error(`exercise ${id}: ${text}`);
  };
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) fail("its id has small letters and digits, with - between words");
  if (checks.length === 0) fail("it has no checks");
  checks.forEach((check, index) => {
    const earlier = checks.slice(0, index).map((each) => each.id);
    if (earlier.includes(check.id)) fail(`it has two checks ${check.id}`);
    if (!Number.isInteger(check.points) || check.points < 1)
      fail(`points of ${check.id} are not a whole number from 1`);
    for (const other of check.after ?? []) {
      if (!earlier.includes(other)) fail(`${check.id} comes after ${other}, which is no check before it`);
    }
  });
  return exercise;
}

/** Why an exercise is not for a class; undefined where it is. */
export function unfit({ ownVolumes = 0, dynamic = false }: Exercise, place: Place): Text | undefined {
  if (ownVolumes > place.volumes.length) {
    return {
      en: `it needs ${ownVolumes} own volumes, and the class has ${place.volumes.length} for each student`,
      zh: `它需要 ${ownVolumes} 个自己的卷，而班级只给每个学生 ${place.volumes.length} 个`,
    };
  }
  if (dynamic && place.storageClass === undefined) {
    return { en: "it needs dynamic claims, which the class has not", zh: "它需要动态卷，而班级没有" };
  }
  return undefined;
}

export function pointsOf({ checks }: Pick<Exercise, "checks">): number {
  return checks.reduce((sum, { points }) => sum + points, 0);
}
