import { appendFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { defaultShardsAtOnce } from "../operations/class/apply-shards";
import type { BenchClass, Run } from "./class";
import { objectsOf } from "./objects";
import { applyWithKubectl, deleteWithKubectl, installWithHelm, removeNamespaces, uninstallWithHelm } from "./peers";

/** What is measured of a class. */
export const VERBS = ["up", "no-op up", "one changed", "one reset", "down"] as const;
export const PEERS = ["kubectl apply", "kubectl delete", "helm install", "helm uninstall"] as const;
export type What = (typeof VERBS)[number] | (typeof PEERS)[number];

export interface Measure extends Run {
  students: number;
  what: What;
  /** Of the machine, at the end: the mean of a minute. */
  load: number;
  at: string;
}

export interface Options {
  folder: string;
  helm: string;
  /** The largest class that is made with Helm as well. */
  helmUpTo: number;
  /** The largest class that `kubectl delete` is measured with: it takes seconds a student. */
  deleteUpTo: number;
  /** Whether a class is also run again, changed and reset. */
  changes: boolean;
}

/** One pair: a class of so many students from nothing to nothing, and the same objects by other means. */
export async function measurePair(bench: BenchClass, students: number, options: Options): Promise<void> {
  const { folder, helm, helmUpTo, deleteUpTo, changes } = options;
  const note = (what: What, { seconds, peak, own }: Run) => {
    const [load = 0] = loadavg();
    const measure: Measure = { students, what, seconds, peak, own, load, at: new Date().toISOString() };
    appendFileSync(join(folder, "measures.jsonl"), `${JSON.stringify(measure)}\n`);
    process.stderr.write(
      `· ${students} students, ${what}: ${seconds.toFixed(1)} s${peak ? `, ${peak} MiB (${own} its own)` : ""}, load ${load.toFixed(1)}\n`,
    );
  };
  const roster = ["up", "--roster", bench.roster(students)];
  note("up", await bench.run(roster));
  const objects = await objectsOf(bench.pulumi, await bench.shards());
  if (changes) {
    note("no-op up", await bench.run(["up"]));
    note("one changed", await bench.run(["up", "--roster", bench.roster(students, { s0001: "256Mi" })]));
    note("one reset", await bench.run(["reset", "s0002", "--wipe", "--yes"]));
  }
  note("down", await bench.run(["down", "--yes"]));

  await bench.gone();
  await bench.upAlone();
  const file = join(folder, `objects-${students}.json`);
  note("kubectl apply", await applyWithKubectl(file, objects, bench.selector));
  if (students > deleteUpTo) await removeNamespaces(file, objects);
  else note("kubectl delete", await deleteWithKubectl(file));
  await bench.gone();
  if (students > helmUpTo) return;
  const withHelm = { helm, folder, atOnce: defaultShardsAtOnce };
  note("helm install", await installWithHelm(withHelm, objects));
  note("helm uninstall", await uninstallWithHelm(withHelm, objects, () => bench.gone()));
}
