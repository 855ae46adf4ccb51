import type { ExerciseGrade, StudentGrades } from "../../../grading/runner/results-schema";
import type { GradedClass } from "./grades";
import type { Group, Picture } from "./line";

/** What is plotted of one student. */
export interface Figure {
  /** As people write it. */
  student: string;
  /** Empty where nothing is known. */
  values: number[];
  /** The most that it can be, where there is such. */
  most?: number;
}

/** The figures of a class, each of all its students. */
export interface ClassFigures {
  className: string;
  points: Figure[];
  /** The most points that there are. */
  pointsOf: number;
  /** How many students have something that could not be graded. */
  ungraded: number;
  /** Seconds from a pod's creation to Ready. */
  ready: Figure[];
  /** How many pods have restarted, and how many are not Ready: neither has such a time. */
  restarted: number;
  waiting: number;
  /** Bytes on the NAS. */
  space: Figure[];
}

/** The classes of a picture, in the order of their names. */
export function classFigures({ groups, graded, grades }: Pick<Picture, "groups" | "graded" | "grades">) {
  const classes = new Map<string, Group[]>();
  if (graded) classes.set(graded.class, []);
  for (const group of Object.values(groups)) {
    const { className, student } = group;
    if (className === undefined || student === undefined) continue;
    const students = classes.get(className);
    if (students) students.push(group);
    else classes.set(className, [group]);
  }
  return [...classes]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([className, students]) =>
      figuresOf(className, students, graded?.class === className ? graded : undefined, grades),
    );
}

function figuresOf(
  className: string,
  groups: Group[],
  graded: GradedClass | undefined,
  grades: Record<string, StudentGrades>,
): ClassFigures {
  const students = graded ? Object.values(grades) : [];
  const pods = groups.flatMap((group) => group.pods ?? []);
  return {
    className,
    points: students.map(pointsOf),
    pointsOf: graded?.exercises.reduce((sum, { points }) => sum + points, 0) ?? 0,
    ungraded: students.filter(({ exercises }) => Object.values(exercises).some(isUngraded)).length,
    ready: groups.map((group) => ({
      student: nameOf(group),
      values: (group.pods ?? []).flatMap(({ seconds }) => seconds ?? []),
    })),
    restarted: pods.filter(({ restarted }) => restarted).length,
    waiting: pods.filter(({ seconds, restarted }) => seconds === undefined && !restarted).length,
    space: groups.map((group) => ({
      student: nameOf(group),
      values: group.used === undefined ? [] : [group.used],
      ...(group.limit !== undefined && { most: group.limit }),
    })),
  };
}

/** Who has nothing that could be graded has no points, and not none of them. */
function pointsOf({ name, realName, exercises }: StudentGrades): Figure {
  const grades = Object.values(exercises);
  const most = grades.reduce((sum, { of }) => sum + of, 0);
  const points = grades.reduce((sum, grade) => sum + grade.points, 0);
  return { student: realName ?? name, values: most > 0 ? [points] : [], most };
}

const isUngraded = ({ checks }: ExerciseGrade): boolean => checks.some(({ state }) => state === "not graded");

const nameOf = ({ realName, student, name }: Group): string => realName ?? student ?? name;
