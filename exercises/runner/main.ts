import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { exercises } from "../sections/exercises";
import { KubernetesCluster } from "../cluster/kubernetes-cluster";
import { runProgram } from "./run-program";
import { type Check, type Exercise, type Section, sections } from "./exercise";
import { Failure } from "./failure";
import { leftovers } from "./leftovers";
import { jsonReport, junitReport, resultText, summaryText } from "./report";
import { atOnceDefault, type Observer, type Result, runExercises } from "./run-exercises";
import { isLive, StatusLine } from "./status-line";
import { courseSettings, type Settings } from "./course-settings";

interface Options extends Settings {
  list?: boolean;
  json?: boolean;
  junit?: string;
  only?: string[];
  section?: Section[];
  atOnce: number;
}

function commandLine(): Command {
  const command = new Command("exercises")
    .description("Runs the storage course's exercises on a cluster. Needs only a kubeconfig.")
    .option("--list", "list the exercises, and run none")
    .option("--only <id...>", "run only these")
    .addOption(new Option("--section <name...>", "run only the exercises of these sections").choices(sections))
    .option("--at-once <count>", "how many run at the same time", wholeNumber, atOnceDefault)
    .option("--json", "print the results as JSON")
    .option("--junit <file>", "also write the results as JUnit XML")
    .option("--tools-image <image>", "image of the pods that exercises start (default: the course's Redis image)");
  for (const [key, value] of Object.entries(courseSettings) as [string, string | string[]][]) {
    const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.option(`--${flag} <name${Array.isArray(value) ? "..." : ""}>`, "", value);
  }
  return command;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
}

/** Returns the exit code: 0 all passed, 1 one failed, 2 wrong usage. */
async function main(options: Options): Promise<number> {
  const all: Check[] = [...exercisesOf(options.section), leftovers];
  const unknown = options.only?.filter((id) => !all.some((exercise) => exercise.id === id)) ?? [];
  if (unknown.length > 0) {
    console.error(`error: --only: unknown exercise: ${unknown.join(", ")}`);
    console.error(`choose among ${all.map(({ id }) => id).join(", ")}`);
    return 2;
  }
  const chosen = options.only ? all.filter(({ id }) => options.only?.includes(id)) : all;
  const settings: Settings = options;
  if (options.list) {
    console.log(options.json ? JSON.stringify(chosen.map(listed(settings)), undefined, 2) : listText(chosen, settings));
    return 0;
  }
  return run(chosen, settings, options);
}

function exercisesOf(chosen: Section[] | undefined): Exercise[] {
  return chosen ? exercises.filter(({ section }) => chosen.includes(section)) : exercises;
}

async function run(chosen: Check[], settings: Settings, options: Options): Promise<number> {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Failure("interrupted")));
  process.once("SIGTERM", () => interrupted.abort(new Failure("interrupted")));

  const start = Date.now();
  const cluster = await KubernetesCluster.connect();
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
    runExercises(checks, cluster, settings, { observer, signal: interrupted.signal, atOnce: options.atOnce });
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

const program = commandLine();
runProgram(program, () => main(program.opts<Options>()));
