import { type Check, CHECK_SECONDS, type Exercise } from "./exercise";
import { type Hint, NotMet } from "./not-met";
import { gradeOf } from "./results";
import type { CheckGrade, ExerciseGrade } from "./results-schema";
import type { Work } from "./work";

/** Longest cleanup after an exercise, in seconds. */
const CLEANUP_SECONDS = 60;

/** How long work that was ended may take to notice, in milliseconds. */
const NOTICE = 2000;

const EARLIER: Hint = {
  id: "earlier",
  en: "Do what the check before asks for; then this one is looked at.",
  zh: "请先完成前面检查项的要求，然后才会检查这一项。",
};

/**
 * Grades one student's work on one exercise. Nothing is thrown: what keeps a check from being made is the cause for which it
 * could not be graded.
 *
 * @param signal Ends it: what was not graded by then could not be.
 * @param complain Told what could not be cleaned up.
 */
export async function gradeExercise(
  exercise: Exercise,
  work: Work,
  signal: AbortSignal,
  complain: (words: string) => void = () => {},
): Promise<ExerciseGrade> {
  const grades: CheckGrade[] = [];
  const found: boolean[] = [];
  for (const check of exercise.checks) {
    const before = grades.filter(({ id, state }) => check.after?.includes(id) && state !== "passed");
    if (before.length > 0) {
      grades.push(afterOthers(check, before));
      continue;
    }
    const { grade, missing } = await gradeCheck(check, work, signal);
    found.push(!missing);
    grades.push(grade);
  }
  await cleanUp(work, complain);
  return gradeOf(grades, !found.includes(true), new Date().toISOString());
}

/** Of a check whose condition is not met, or is not known. */
function afterOthers(check: Check, before: CheckGrade[]): CheckGrade {
  const failed = before.find(({ state }) => state === "failed");
  if (!failed) {
    const [unknown] = before;
    return { ...base(check), state: "not graded", cause: `${unknown?.id}: ${unknown?.cause}` };
  }
  const reason = { en: `first: ${failed.title.en}`, zh: `前提：${failed.title.zh}` };
  return { ...base(check), state: "failed", reason, hint: EARLIER };
}

async function gradeCheck(
  check: Check,
  work: Work,
  signal: AbortSignal,
): Promise<{ grade: CheckGrade; missing: boolean }> {
  const { seconds = CHECK_SECONDS } = check;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`it did not end in ${seconds} s`)), seconds * 1000);
  work.signal = AbortSignal.any([signal, limit.signal]);
  try {
    await unlessAborted(work.signal, () => check.run(work));
    return { grade: { ...base(check), state: "passed", points: check.points }, missing: false };
  } catch (error) {
    if (error instanceof NotMet) {
      const { reason, hint, isMissing } = error;
      return { grade: { ...base(check), state: "failed", reason, hint }, missing: isMissing };
    }
    const cause = error instanceof Error ? error.message : String(error);
    return { grade: { ...base(check), state: "not graded", cause }, missing: false };
  } finally {
    clearTimeout(timer);
  }
}

const base = ({ id, title, points }: Check) => ({ id, title, points: 0, of: points });

/** Undoes what checks have done, last first. It has time of its own, also after the user's interruption. */
async function cleanUp(work: Work, complain: (words: string) => void): Promise<void> {
  for (const { what, action } of work.undo.splice(0).reverse()) {
    work.signal = AbortSignal.timeout(CLEANUP_SECONDS * 1000);
    try {
      await unlessAborted(work.signal, action);
    } catch (error) {
      complain(`${what}: ${(error as Error).message}`);
    }
  }
}

/** Stops waiting for work when the signal aborts: as soon as the work notices, or a little later where it hangs. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const abort = (): void => {
      patience = setTimeout(() => reject(signal.reason as Error), NOTICE);
    };
    signal.addEventListener("abort", abort, { once: true });
    work()
      .then(resolve, (error: unknown) =>
        reject(signal.aborted && !(error instanceof NotMet) ? (signal.reason as Error) : (error as Error)),
      )
      .finally(() => {
        signal.removeEventListener("abort", abort);
        clearTimeout(patience);
      });
  });
}
