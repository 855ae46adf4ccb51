import { Argument, Command } from "commander";
import { join } from "node:path";
import { mkdir, readFile, rm } from "node:fs/promises";
import type { Lab } from "../lab";
import { ChildFailed } from "../child-failed";
import { projectRoot } from "../lab-files";
import { exitCodeOf } from "../spawn";
import { tally, type JestReport, type Tally } from "../tally";

const kinds = ["unit", "site", "page", "program", "lab"] as const;

/** `./lab test [KIND…]`: the project's tests; their sum is the last line. */
export const test = (lab: () => Lab): Command =>
  new Command("test")
    .summary(
      "run the tests: unit, site and page (the handbook and the page in a browser), program (the real engine), lab (a lab of its own next to yours)",
    )
    .addArgument(new Argument("[kinds...]", "which of them").choices(kinds).default(kinds, "all"))
    .option("-t, --name <pattern>", "only tests whose name fits the pattern")
    .action(async (chosen: string[], { name }: { name?: string }) => {
      if (chosen.some((kind) => kind === "program" || kind === "lab")) lab().requireRoot();
      const total: Tally = { passed: 0, failed: 0, skipped: 0 };
      for (const kind of kinds.filter((k) => chosen.includes(k))) {
        const result = await runKind(kind, name);
        process.stdout.write(`${kind}: ${sentence(result)}\n`);
        for (const key of ["passed", "failed", "skipped"] as const) total[key] += result[key];
      }
      process.stdout.write(`${sentence(total)}\n`);
      if (total.failed > 0 || total.passed === 0) throw new ChildFailed(1);
    });

/** The configuration of each kind; the unit tests' is the one that plain `jest` takes. */
const configs = {
  unit: "jest.config.mjs",
  site: "test/site/jest.config.mjs",
  page: "test/page/jest.config.mjs",
  program: "test/program/jest.config.mjs",
  lab: "test/lab/jest.config.mjs",
};

async function runKind(kind: (typeof kinds)[number], name?: string): Promise<Tally> {
  const reports = join(projectRoot, "reports");
  const report = join(reports, `${kind}.json`);
  await mkdir(reports, { recursive: true });
  await rm(report, { force: true });
  const jest = join(projectRoot, "node_modules", "jest", "bin", "jest.js");
  const filter = name === undefined ? [] : ["--testNamePattern", name];
  const exitCode = await exitCodeOf(
    [
      process.execPath,
      jest,
      "--config",
      join(projectRoot, configs[kind]),
      ...filter,
      "--json",
      `--outputFile=${report}`,
    ],
    { cwd: projectRoot },
  );
  const text = await readFile(report, "utf8").catch(() => undefined);
  return tally(text === undefined ? undefined : (JSON.parse(text) as JestReport), exitCode, name === undefined);
}

function sentence({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
