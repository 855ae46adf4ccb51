import type { Cluster } from "../cluster/kubernetes-cluster";
import { type Check, Context, type Evidence } from "./exercise";
import { Failure } from "./failure";
import { removeOwned } from "../cluster/owned";
import type { Settings } from "./course-settings";

/** Longest cleanup after an exercise, in seconds. */
const tidyingSeconds = 300;

/** How long interrupted work may take to stop, in milliseconds: what it creates after that remains until the next run. */
const noticeMilliseconds = 3000;

/**
 * How many exercises run at the same time: each starts pods, and on two cores more of them only wait for each other, until
 * the container runtime of a slow node exceeds its own timeouts.
 */
export const atOnceDefault = 3;

/** How one exercise ended. */
export interface Result {
  id: string;
  title: string;
  passed: boolean;
  /** How long it took, including cleanup. */
  seconds: number;
  evidence: Evidence[];
  /** Why it failed. */
  reason?: string;
  remedy?: string;
}

/** Called with the progress of a run. */
export interface Observer {
  started?(exercise: Check): void;
  waiting?(exercise: Check, what: string): void;
  finished?(result: Result): void;
}

export interface RunOptions {
  observer?: Observer;
  /** Interrupts the run: running exercises stop and clean up, the others do not start. */
  signal?: AbortSignal;
  /** How many run at once. @default {@link atOnceDefault} */
  atOnce?: number;
}

/**
 * Runs exercises concurrently, a few at a time, except those that touch the same object: these run one after the other, in
 * the given order. Returns one result for each exercise, in that order.
 */
export async function runExercises(
  exercises: Check[],
  cluster: Cluster,
  settings: Settings,
  options: RunOptions = {},
): Promise<Result[]> {
  const lastToTouch = new Map<string, Promise<unknown>>();
  const places = new Places(options.atOnce ?? atOnceDefault);
  return Promise.all(
    exercises.map((exercise, position) => {
      const touched = exercise.touches(settings);
      const before = touched.map((object) => lastToTouch.get(object) ?? Promise.resolve());
      const work = (): Promise<Result> => runOne(exercise, cluster, settings, options);
      const result = Promise.all(before).then(() => places.take(position, work));
      for (const object of touched) lastToTouch.set(object, result);
      return result;
    }),
  );
}

/** A limited number of places; of those that wait, the first in the list gets the next one, because others may wait for it. */
class Places {
  private readonly waiting = new Map<number, () => void>();

  constructor(private free: number) {}

  async take<T>(position: number, work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.set(position, resolve));
    try {
      return await work();
    } finally {
      // Only after those that waited for this work have requested a place, too.
      setImmediate(() => this.leave());
    }
  }

  private leave(): void {
    const [first] = [...this.waiting].sort(([one], [other]) => one - other);
    if (!first) {
      this.free++;
      return;
    }
    const [position, enter] = first;
    this.waiting.delete(position);
    enter();
  }
}

async function runOne(
  exercise: Check,
  cluster: Cluster,
  settings: Settings,
  { observer, signal }: RunOptions,
): Promise<Result> {
  const start = Date.now();
  observer?.started?.(exercise);
  const context = (seconds: number, given?: AbortSignal): Context => {
    const limit = timeLimit(seconds, () => created.waitingFor);
    const both = given ? AbortSignal.any([limit, given]) : limit;
    const created = new Context(exercise.id, cluster, settings, both, (what) => observer?.waiting?.(exercise, what));
    return created;
  };

  const run = context(exercise.timeoutSeconds, signal);
  const errors: unknown[] = [];
  try {
    await unlessAborted(run.signal, async () => {
      if (!exercise.readOnly) await removeOwned(run);
      await exercise.run(run);
    });
  } catch (error) {
    errors.push(error);
  }
  errors.push(...(await tidy(exercise, run.undo, context(tidyingSeconds))));

  const result: Result = {
    id: exercise.id,
    title: exercise.title,
    passed: errors.length === 0,
    seconds: (Date.now() - start) / 1000,
    evidence: run.evidence,
    ...explained(errors),
  };
  observer?.finished?.(result);
  return result;
}

/** Undoes what the run changed and removes what it created. Returns the errors of that. */
async function tidy(exercise: Check, undo: Context["undo"], tidying: Context): Promise<unknown[]> {
  const errors: unknown[] = [];
  const steps = [...undo].reverse();
  if (!exercise.readOnly) steps.push({ what: "removing what the exercise created", action: removeOwned });
  for (const { what, action } of steps) {
    try {
      await unlessAborted(tidying.signal, () => action(tidying));
    } catch (error) {
      const { reason, remedy } = explained([error]);
      errors.push(new Failure(`cleanup: ${what} failed: ${reason}`, remedy));
    }
  }
  return errors;
}

function timeLimit(seconds: number, waitingFor: () => string | undefined): AbortSignal {
  const controller = new AbortController();
  const end = (): void => {
    const last = waitingFor();
    controller.abort(new Failure(`timed out after ${seconds} s${last ? `, waiting for ${last}` : ""}`));
  };
  setTimeout(end, seconds * 1000).unref();
  return controller.signal;
}

/** Stops waiting for work when the signal aborts: as soon as the work notices, or a little later if it hangs. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const abort = (): void => {
      patience = setTimeout(() => reject(signal.reason as Error), noticeMilliseconds);
    };
    signal.addEventListener("abort", abort, { once: true });
    work()
      .then(resolve, (error: unknown) => reject(signal.aborted ? (signal.reason as Error) : (error as Error)))
      .finally(() => {
        signal.removeEventListener("abort", abort);
        clearTimeout(patience);
      });
  });
}

function explained(errors: unknown[]): Pick<Result, "reason" | "remedy"> {
  if (errors.length === 0) return {};
  const reason = errors.map((error) => (error instanceof Error ? error.message : String(error))).join("; ");
  const remedy = errors.find((error): error is Failure => error instanceof Failure && !!error.remedy)?.remedy;
  return { reason, remedy };
}
