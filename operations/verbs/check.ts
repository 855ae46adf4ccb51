import { resolve } from "node:path";
import { Command, Option } from "commander";
import { Failure } from "../../exercises/runner/failure";
import { PodNas, removeLookingPods } from "../../grading/cluster/pod-nas";
import { chooseExercises } from "../../grading/runner/choose-exercises";
import { type Exercise, unfit } from "../../grading/runner/exercise";
import { gradeExercise } from "../../grading/runner/grade-exercise";
import type { Place } from "../../grading/runner/place";
import type { ExerciseGrade } from "../../grading/runner/results-schema";
import { checkedJson, checkedText, taskText } from "../../grading/runner/student-text";
import { type Language, LANGUAGES } from "../../grading/runner/text";
import { Work } from "../../grading/runner/work";
import { studentPlace } from "../grade/student-place";
import { endsAtSignals } from "../interrupt";
import type { WithNothing } from "../main";

interface Options {
  kubeconfig?: string;
  exercise?: string[];
  exercises?: string;
  task?: boolean;
  language: Language;
  json?: boolean;
}

/** `check`: a student looks at the own work, with the own kubeconfig alone. */
export const check = (withNothing: WithNothing): Command =>
  new Command("check")
    .summary("for a student alone: what the exercises ask for, and what of it is done (needs no stack)")
    .option("--kubeconfig <file>", "the student's kubeconfig (default: KUBECONFIG, or ~/.kube/config)")
    .option("--task", "print what the exercises ask for, and check nothing")
    .option("--exercise <id...>", "only these exercises")
    .option("--exercises <path>", "also the exercises in this file or folder")
    .addOption(new Option("--language <name>", "of the texts").choices(LANGUAGES).default(ownLanguage()))
    .option("--json", "print what was found as JSON")
    .action(({ kubeconfig, task = false, language, json = false, ...which }: Options) =>
      withNothing(async () => {
        const exercises = chooseExercises(which);
        const { cluster, place } = await studentPlace({ kubeconfig: kubeconfig && resolve(kubeconfig) });
        if (task) {
          process.stdout.write(`${exercises.map((each) => taskText(each, place, language)).join("\n\n")}\n`);
          return 0;
        }
        await removeLookingPods(cluster, place.namespace);
        const interrupted = new AbortController();
        for (const signal of ["SIGINT", "SIGTERM"] as const)
          process.once(signal, () => interrupted.abort(new Failure("interrupted")));
        const complain = (words: string) => void process.stderr.write(`! ${words}\n`);
        const work = () => new Work(place, cluster, new PodNas(cluster, place), interrupted.signal);
        const grades: [Exercise, ExerciseGrade][] = [];
        for (const exercise of exercises.filter((each) => fits(each, place, which.exercise, complain))) {
          const grade = await endsAtSignals(gradeExercise(exercise, work(), interrupted.signal, complain));
          if (interrupted.signal.aborted) break;
          grades.push([exercise, grade]);
          if (!json) process.stdout.write(`${checkedText(exercise, grade, language)}\n`);
        }
        if (json) process.stdout.write(`${checkedJson(grades)}\n`);
        return grades.every(([, { state }]) => state === "passed") ? 0 : 1;
      }),
    );

/** Leaves out what is not for this class; who has named it is told why. */
function fits(
  exercise: Exercise,
  place: Place,
  named: string[] | undefined,
  complain: (words: string) => void,
): boolean {
  const reason = unfit(exercise, place)?.en;
  if (reason !== undefined && named?.includes(exercise.id)) complain(`${exercise.id}: ${reason}`);
  return reason === undefined;
}

function ownLanguage({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv = process.env): Language {
  return (LC_ALL || LC_MESSAGES || LANG || "").startsWith("zh") ? "zh" : "en";
}
