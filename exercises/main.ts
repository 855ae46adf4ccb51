import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command, CommanderError } from "commander";
import { exercises } from "./checks";
import { KubernetesCluster } from "./cluster";
import type { Exercise } from "./exercise";
import { Failure, WrongUse } from "./failure";
import { probes } from "./probes";
import { jsonReport, junitReport, resultText, summaryText } from "./report";
import { type Observer, runExercises } from "./runner";
import { courseSettings, type Settings } from "./settings";

interface Options extends Settings {
  list?: boolean;
  probe?: boolean;
  json?: boolean;
  junit?: string;
  only?: string[];
}

function commandLine(): Command {
  const option = (key: keyof Settings): string | string[] | undefined => courseSettings[key];
  return new Command("exercises")
    .description("Proves on a live cluster what the storage course asks for. Needs a kubeconfig, and nothing else.")
    .option("--list", "say what there is to run, and run nothing")
    .option("--probe", "only look (read-only, seconds) instead of running the exercises, which write and delete")
    .option("--only <id...>", "run these alone")
    .option("--json", "print the results as JSON")
    .option("--junit <file>", "also write the results as JUnit XML")
    .option("--tools-image <image>", "image of the pods that exercises start (default: the course's Redis image)")
    .option("--course-namespace <name>", "", option("courseNamespace"))
    .option("--static-volume <name>", "", option("staticVolume"))
    .option("--static-claim <name>", "", option("staticClaim"))
    .option("--dynamic-namespace <name>", "", option("dynamicNamespace"))
    .option("--dynamic-claim <name>", "", option("dynamicClaim"))
    .option("--redis-existing-claim <name>", "StatefulSet whose claim was there before", option("redisExistingClaim"))
    .option("--redis-template <name>", "StatefulSet with a claim template", option("redisTemplate"))
    .option("--provisioner-namespace <name>", "", option("provisionerNamespace"))
    .option("--provisioner-labels <labels>", "", option("provisionerLabels"))
    .option("--provisioner-name <name>", "", option("provisionerName"))
    .option("--storage-classes <name...>", "", option("storageClasses"))
    .option("--cluster-domain <domain>", "", option("clusterDomain"))
    .exitOverride();
}

/** Runs the program and answers its exit code: 0 all passed, 1 one failed, 2 wrong use. */
async function main(argv: string[]): Promise<number> {
  const program = commandLine();
  let options: Options;
  try {
    options = program.parse(argv, { from: "user" }).opts<Options>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const all = options.probe ? probes : exercises;
  const unknown = options.only?.filter((id) => !all.some((exercise) => exercise.id === id)) ?? [];
  if (unknown.length > 0) {
    console.error(`error: --only: no such ${options.probe ? "probe" : "exercise"}: ${unknown.join(", ")}`);
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

async function run(chosen: Exercise[], settings: Settings, options: Options): Promise<number> {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Failure("interrupted")));
  process.once("SIGTERM", () => interrupted.abort(new Failure("interrupted")));

  const start = Date.now();
  const cluster = await KubernetesCluster.connect();
  const progress = options.json || !process.stderr.isTTY ? undefined : new Progress();
  const observer: Observer = {
    waiting: ({ id }, what) => progress?.set(id, what),
    finished(result) {
      progress?.set(result.id, undefined);
      if (!options.json) console.log(resultText(result));
    },
  };
  const results = await runExercises(chosen, cluster, settings, { observer, signal: interrupted.signal });
  const seconds = (Date.now() - start) / 1000;
  progress?.end();
  console.log(options.json ? jsonReport(results, seconds) : summaryText(results, seconds));
  if (options.junit) {
    mkdirSync(dirname(options.junit), { recursive: true });
    writeFileSync(options.junit, junitReport(results, options.probe ? "probe" : "exercises", seconds));
  }
  return results.every(({ passed }) => passed) ? 0 : 1;
}

/** One line at the foot of a terminal that says what is waited for. */
class Progress {
  private readonly waiting = new Map<string, string>();

  set(id: string, what: string | undefined): void {
    if (what === undefined) this.waiting.delete(id);
    else this.waiting.set(id, what);
    const line = [...this.waiting].map(([exercise, object]) => `${exercise}: ${object}`).join(" | ");
    process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }

  end(): void {
    process.stderr.write("\r\x1b[K");
  }
}

function listed(settings: Settings): (exercise: Exercise) => object {
  return ({ id, title, proves, readOnly, touches }) => ({ id, title, proves, readOnly, touches: touches(settings) });
}

function listText(chosen: Exercise[], settings: Settings): string {
  return chosen
    .map(({ id, title, proves, touches }) => [id, title, `proves: ${proves}`, ...touches(settings)].join("\n    "))
    .join("\n");
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`error: ${(error as Error).message}`);
    if (error instanceof Failure && error.remedy) console.error(error.remedy);
    process.exit(error instanceof WrongUse ? 2 : 1);
  },
);
