import { join } from "node:path";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import { PodNas } from "../../grading/cluster/pod-nas";
import { chooseExercises } from "../../grading/runner/choose-exercises";
import { type GradedStudent, gradeClass } from "../../grading/runner/grade-class";
import { readResults, writeResults } from "../../grading/runner/results";
import type { Results } from "../../grading/runner/results-schema";
import type { ClassLab } from "../class/class-lab";
import { directoriesCheck } from "../class/student-storage";
import { projectRoot } from "../lab";
import { placeOf } from "./class-place";
import { SshNas } from "./ssh-nas";
import { Written } from "./written";

export interface GradeOptions {
  /** Ids. @default all */
  exercise?: string[];
  /** Names. @default all */
  student?: string[];
  /** File or folder of a teacher's own exercises. */
  exercises?: string;
  again?: boolean;
  atOnce?: number;
}

/** The file of a class's results, which the page reads. */
export function resultsFile(className: string): string {
  return join(projectRoot, "reports", "grades", `${className}.json`);
}

/** Grades students of a class, and keeps the results where the page reads them. */
export async function gradeStudents(lab: ClassLab, options: GradeOptions): Promise<Results> {
  const { settings, record, progress } = lab;
  const exercises = chooseExercises(options);
  const students = chosenStudents(lab, options.student);
  const file = resultsFile(settings.class);
  const written = new Written((results: Results) => writeResults(file, results));
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => interrupted.abort(new Failure("interrupted")));
  return progress.step(`${count(students.length, "student")}, ${count(exercises.length, "exercise")}`, async (step) => {
    try {
      return await gradeClass({
        className: settings.class,
        everybody: record.students.map(({ name, realName, group }) => ({ name, realName, group })),
        students,
        exercises,
        before: readResults(file),
        again: options.again,
        atOnce: options.atOnce,
        signal: interrupted.signal,
        observer: {
          results: (results) => written.later(results),
          far: (text) => step.waiting(text),
          note: (text) => step.note(text),
        },
      });
    } finally {
      written.now();
    }
  });
}

function chosenStudents(lab: ClassLab, names: string[] | undefined): GradedStudent[] {
  const { record, cluster, hosts } = lab;
  const known = record.students.map(({ name }) => name);
  const unknown = names?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new WrongUse(`--student: no student of the class: ${unknown.join(", ")}`, `choose among ${known.join(", ")}`);
  const check = directoriesCheck(lab);
  const ssh = check && new SshNas(hosts, check);
  return known
    .filter((name) => names === undefined || names.includes(name))
    .map((name) => {
      const place = placeOf(lab, name);
      return { name, place, cluster, nas: ssh?.of(place.namespace) ?? new PodNas(cluster, place) };
    });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
