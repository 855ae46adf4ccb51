import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import pLimit from "p-limit";
import { stringify } from "yaml";
import type { Run } from "./class";
import { kubectl } from "./kubectl";
import { type ClassObject, listOf } from "./objects";

const WAIT = ["--for=jsonpath={.status.readyReplicas}=1", "--timeout=60m"];

/** The same objects with kubectl, until the same end state. */
export async function applyWithKubectl(file: string, objects: ClassObject[], selector: string): Promise<Run> {
  writeFileSync(file, listOf(objects));
  return timed(async () => {
    await kubectl(["apply", "--server-side=false", "-f", file]);
    await kubectl(["wait", "statefulset", "--all-namespaces", "-l", selector, ...WAIT]);
  });
}

export const deleteWithKubectl = (file: string): Promise<Run> =>
  timed(() => kubectl(["delete", "--ignore-not-found", "--wait", "--timeout=60m", "-f", file]));

/** The same objects with Helm: a chart of them, and a release for each student, as many at a time as there are shards. */
export async function installWithHelm(
  { helm, folder, atOnce }: { helm: string; folder: string; atOnce: number },
  objects: ClassObject[],
): Promise<{ install: Run; uninstall: Run }> {
  const students = Map.groupBy(objects, ({ metadata }) => metadata.labels?.["storage-lab.example/student"] ?? "");
  const charts = [...students].map(([student, own]) => ({
    student,
    chart: chartOf(join(folder, "charts"), student, own),
  }));
  const run = (words: string[]) => execa(helm, words, { stdin: "ignore" });
  const each = async (work: (of: (typeof charts)[number]) => Promise<unknown>) => {
    const limit = pLimit(atOnce);
    await Promise.all(charts.map((of) => limit(() => work(of))));
  };
  const install = await timed(() =>
    each(({ student, chart }) => run(["install", student, chart, "--wait", "--timeout", "60m"])),
  );
  const uninstall = await timed(() => each(({ student }) => run(["uninstall", student, "--wait", "--timeout", "60m"])));
  return { install, uninstall };
}

function chartOf(folder: string, student: string, objects: ClassObject[]): string {
  const chart = join(folder, student);
  rmSync(chart, { recursive: true, force: true });
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), stringify({ apiVersion: "v2", name: student, version: "1.0.0" }));
  const text = objects.map((object) => stringify(object)).join("---\n");
  if (text.includes("{{")) throw new Error(`an object of ${student} is no template of Helm`);
  writeFileSync(join(chart, "templates", "objects.yaml"), text);
  return chart;
}

async function timed(work: () => Promise<unknown>): Promise<Run> {
  const start = Date.now();
  await work();
  return { seconds: (Date.now() - start) / 1000 };
}
