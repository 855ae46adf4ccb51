import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import pLimit from "p-limit";
import { stringify } from "yaml";
import type { Run } from "./class";
import { kubectl } from "./kubectl";
import { type ClassObject, listOf } from "./objects";
import { timed } from "./timed";

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

/** Has the same removed quickly, and not as anybody else would: namespaces with all that is in them. */
export async function removeNamespaces(file: string, objects: ClassObject[]): Promise<void> {
  writeFileSync(file, listOf(objects.filter(({ metadata }) => metadata.namespace === undefined)));
  await kubectl(["delete", "--ignore-not-found", "--wait=false", "-f", file]);
}

/** How the same objects are made with Helm: a chart of them, and a release for each student. */
export interface WithHelm {
  helm: string;
  folder: string;
  /** How many releases at a time: as many as shards are. */
  atOnce: number;
}

export function installWithHelm({ helm, folder, atOnce }: WithHelm, objects: ClassObject[]): Promise<Run> {
  const charts = [...byStudent(objects)].map(([student, own]) => ({
    student,
    chart: chartOf(join(folder, "charts"), student, own),
  }));
  return timed(() =>
    each(charts, atOnce, ({ student, chart }) =>
      execa(helm, ["install", student, chart, "--wait", "--timeout", "60m"], { stdin: "ignore" }),
    ),
  );
}

/** @param gone Waits until all is gone: with --wait, Helm fails at a namespace that takes its time. */
export function uninstallWithHelm(
  { helm, atOnce }: WithHelm,
  objects: ClassObject[],
  gone: () => Promise<void>,
): Promise<Run> {
  return timed(async () => {
    const students = [...byStudent(objects).keys()];
    await each(students, atOnce, (student) => execa(helm, ["uninstall", student], { stdin: "ignore" }));
    await gone();
  });
}

const byStudent = (objects: ClassObject[]) =>
  Map.groupBy(objects, ({ metadata }) => metadata.labels?.["storage-lab.example/student"] ?? "");

/** Does something with each, so many at a time. */
async function each<T>(of: T[], atOnce: number, work: (one: T) => Promise<unknown>): Promise<void> {
  const limit = pLimit(atOnce);
  await Promise.all(of.map((one) => limit(() => work(one))));
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
