import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cluster } from "../cluster/kubernetes-cluster";
import { exercises } from "../sections/exercises";
import type { Settings } from "./course-settings";
import { type Check, type Exercise, type Section, sections } from "./exercise";
import { Failure, WrongUse } from "./failure";
import { leftovers } from "./leftovers";
import { jsonReport, junitReport, resultText, summaryText } from "./report";
import { atOnceDefault, type Observer, type Result, runExercises } from "./run-exercises";
import { isLive, StatusLine } from "./status-line";

/** Which exercises run, and what is told of them. */
export interface VerifyOptions {
  /** List them, and run none. */
  list?: boolean;
  json?: boolean;
  /** Path of a JUnit report. */
  junit?: string;
  /** Ids. @default all */
  only?: string[];
  /** @default all */
  section?: Section[];
  /** How many run at the same time. */
  atOnce?: number;
}

/** Gives a command the options of {@link VerifyOptions}. */
export function withVerifyOptions(command: Command): Command {
  return command
    .option("--list", "list the exercises, and run none")
    .option("--only <id...>", "run only these")
    .addOption(new Option("--section <name...>", "run only the exercises of these sections").choices(sections))
    .option("--at-once <count>", "how many run at the same time", wholeNumber, atOnceDefault)
    .option("--json", "print the results as JSON")
    .option("--junit <file>", "also write the results as JUnit XML");
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
}

/**
 * Runs or lists exercises and prints what they found; returns the exit code: 0 all passed, 1 one failed. SIGINT and
 * SIGTERM end them after they have cleaned up.
 *
 * @param connect Called unless they are only listed.
 * @throws {@link WrongUse} for an exercise that there is not.
 */
export async function verify(
  options: VerifyOptions,
  settings: Settings,
  connect: () => Promise<Cluster>,
): Promise<number> {
  const chosen = choose(options);
  if (options.list) {
    console.log(options.json ? JSON.stringify(chosen.map(listed(settings)), undefined, 2) : listText(chosen, settings));
    return 0;
  }
  return run(chosen, settings, options, await connect());
}

function choose({ only, section }: VerifyOptions): Check[] {
  const ofSections: Exercise[] = section ? exercises.filter((each) => section.includes(each.section)) : exercises;
  const all: Check[] = [...ofSections, leftovers];
  const unknown = only?.filter((id) => !all.some((exercise) => exercise.id === id)) ?? [];
  if (unknown.length > 0) {
    throw new WrongUse(
      `--only: unknown exercise: ${unknown.join(", ")}`,
      `choose among ${all.map(({ id }) => id).join(", ")}`,
    );
  }
  return only ? all.filter(({ id }) => only.includes(id)) : all;
}

async function run(chosen: Check[], settings: Settings, options: VerifyOptions, cluster: Cluster): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort(new Failure("interrupted")));

  const start = Date.now();
  const foot = options.json || !isLive(process.stderr) ? undefined : new StatusLine(process.stderr);
  const waiting = new Map<string, string>();
  const showWaiting = (): void =>
    foot?.show([...waiting].map(([exercise, object]) => `${exercise}: ${object}`).join(" | "));
  const observer: Observer = {
    waiting({ id }, what) {
      waiting.set(id, what);
      showWaiting();
    },
    finished(result) {
      waiting.delete(result.id);
      foot?.erase();
      if (!options.json) console.log(resultText(result));
      showWaiting();
    },
  };
  const runAll = (checks: Check[]): Promise<Result[]> =>
    runExercises(checks, cluster, settings, {
      observer,
      signal: interrupted.signal,
      atOnce: options.atOnce ?? atOnceDefault,
    });
  const results = await runAll(chosen.filter((check) => check !== leftovers));
  // After the cleanup of all others.
  results.push(...(await runAll(chosen.filter((check) => check === leftovers))));
  const seconds = (Date.now() - start) / 1000;
  console.log(options.json ? jsonReport(results, seconds) : summaryText(results, seconds));
  if (options.junit) {
    mkdirSync(dirname(options.junit), { recursive: true });
    writeFileSync(options.junit, junitReport(results, "exercises", seconds));
  }
  return results.every(({ passed }) => passed) ? 0 : 1;
}

function listed(settings: Settings): (check: Check & Partial<Exercise>) => object {
  return ({ id, section, title, proves, readOnly, covers, touches }) => ({
    ...{ id, section, title, proves, readOnly, covers },
    touches: touches(settings),
  });
}

function listText(chosen: (Check & Partial<Exercise>)[], settings: Settings): string {
  return chosen
    .map(({ id, section, title, proves, touches }) =>
      [section ? `${id} (${section})` : id, title, `proves: ${proves}`, ...touches(settings)].join("\n    "),
    )
    .join("\n");
}
