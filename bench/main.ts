import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { labHome, stackNames } from "../embedded/cli/lab-files";
import { BenchClass } from "./class";
import { killRounds } from "./kills";
import { measurePair } from "./measure";
import { measureNas } from "./nas";
import { buildPrograms, type Programs } from "./programs";
import { writeReport } from "./report";
import { withSimulatedNodes } from "./simulated-nodes";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, "reports", "bench");
/** Set for the part that runs in the lab's network: the programs, which are built outside it. */
const INSIDE = "STORAGE_LAB_BENCH";

interface Choices {
  students: number[];
  pairs: number;
  helmUpTo: number;
  deleteUpTo: number;
  changes: boolean;
}

const numbers = (text: string) => text.split(",").map(Number);

/** Runs this command line again in the lab's network. */
async function enter(): Promise<void> {
  const programs = await buildPrograms();
  const command = [process.execPath, ...process.execArgv, __filename, ...process.argv.slice(2)];
  const environment = { ...process.env, [INSIDE]: JSON.stringify(programs) };
  const { status } = spawnSync(join(ROOT, "lab"), ["exec", "--", ...command], { stdio: "inherit", env: environment });
  process.exitCode = status ?? 1;
}

/** Does something with a class that is gone afterwards. */
async function inside(programs: Programs, work: (bench: BenchClass) => Promise<void>): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const bench = new BenchClass(FOLDER);
  await withSimulatedNodes(programs, FOLDER, async () => {
    try {
      await bench.prepare(stackNames(labHome()).infrastructure);
      await work(bench);
    } finally {
      await bench.remove();
    }
  });
}

const withPrograms = (work: (programs: Programs) => Promise<void>): Promise<void> => {
  const given = process.env[INSIDE];
  return given === undefined ? enter() : work(JSON.parse(given) as Programs);
};

const withBench = (work: (bench: BenchClass, programs: Programs) => Promise<void>): Promise<void> =>
  withPrograms((programs) => inside(programs, (bench) => work(bench, programs)));

const command = new Command("bench")
  .description("Measures a class of simulated pods on the lab's control plane, next to kubectl and Helm.")
  .enablePositionalOptions()
  .option("--students <counts>", "how large the classes are", numbers, [10, 100, 300, 1000])
  .option("--pairs <count>", "how often each is measured", Number, 1)
  .option("--helm-up-to <students>", "the largest class that is made with Helm as well", Number, 100)
  .option("--delete-up-to <students>", "the largest class that kubectl delete is measured with", Number, 300)
  .option("--no-changes", "only up and down, and what they are compared with")
  .action(({ students, pairs, ...choices }: Choices) =>
    withBench(async (bench, { helm }) => {
      for (const count of students) {
        for (let pair = 0; pair < pairs; pair += 1)
          await measurePair(bench, count, { folder: FOLDER, helm, ...choices });
      }
      writeReport(FOLDER, join(ROOT, "docs"));
    }),
  );

command
  .command("kills")
  .description("Kills class up at random moments and runs it again: nobody is lost, nothing is made twice.")
  .option("--students <count>", "how large the class is", Number, 100)
  .option("--rounds <count>", "how many times", Number, 20)
  .action(({ students, rounds }: { students: number; rounds: number }) =>
    withBench((bench) => killRounds(bench, students, rounds, FOLDER)),
  );

command
  .command("nas")
  .description("Measures the export and its clients, next to Ansible.")
  .option("--pairs <count>", "how often", Number, 3)
  .action(({ pairs }: { pairs: number }) => withPrograms(({ ansible }) => measureNas(ansible, pairs, FOLDER)));

command
  .command("report")
  .description("Writes docs/performance.md anew from what was measured.")
  .action(() => writeReport(FOLDER, join(ROOT, "docs")));

command.parseAsync().catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
