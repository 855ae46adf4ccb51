import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { studentNamespace } from "../../components/index";
import { Failure } from "../../exercises/runner/failure";
import { shard as shardOf } from "../../stacks/classroom/shard";
import { readConfig } from "../../stacks/config";
import type { Student } from "../../stacks/classroom/students";
import { duration, type Step } from "../../exercises/runner/progress";
import { PROJECT, projectRoot } from "../lab";
import { foldersOf } from "../pulumi/backend";
import type { ClassLab } from "./class-lab";
import { Estimate } from "../../exercises/runner/estimate";
import { emptyNamespaces } from "./empty-namespaces";
import { settleStack } from "./settle-stack";
import { targetsOf } from "./shard-targets";
import { type Shard, type ShardWork, writeShardFile } from "./shard-stacks";

/**
 * How Pulumi runs on a shard. Its limits on requests (50 a second) are for a shared cluster of others; the API server has
 * limits of its own. Nothing waits in a shard, so more at once costs no memory for long. A shard's run is short, so that the
 * engine can collect garbage more seldom (docs/performance.md, "A class").
 */
const SWIFT = { PULUMI_K8S_CLIENT_QPS: "500", PULUMI_K8S_CLIENT_BURST: "1000", GOGC: "200" };
const FLAGS = ["--parallel", "32"];

/** What becomes of each shard. */
export interface ShardsEnd {
  done: Shard[];
  failed: { shard: Shard; error: Error }[];
}

/** How many stacks are worked on side by side: each has an engine and a program, which take a core and 300 MB. */
export const defaultShardsAtOnce = Math.max(1, Math.min(4, availableParallelism()));

/**
 * Does something with shards, some at a time. One that fails stops no other; after a signal none is begun.
 *
 * @param atOnce How many at a time.
 */
export async function eachShard(
  shards: ShardWork[],
  { atOnce, step }: { atOnce: number; step: Step },
  work: (work: ShardWork, step: Step) => Promise<void>,
): Promise<ShardsEnd> {
  const limit = pLimit(atOnce);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const stop = () => limit.clearQueue();
  for (const signal of signals) process.once(signal, stop);
  const estimate = new Estimate(studentsOf(shards));
  const end: ShardsEnd = { done: [], failed: [] };
  step.waiting(estimate.text);
  try {
    await Promise.all(
      shards.map((each) =>
        limit(async () => {
          const start = Date.now();
          const { shard } = each;
          const count = studentsOf([each]);
          try {
            await work(each, { note: (line) => step.note(line), waiting: () => {} });
            end.done.push(shard);
            estimate.add(count);
            step.note(`${shard.stack}: ${counted(count)} in ${duration(Date.now() - start)}; ${estimate.text}`);
          } catch (error) {
            end.failed.push({ shard, error: error as Error });
            step.note(`${shard.stack} failed: ${(error as Error).message.split("\n")[0]}`);
          }
          step.waiting(estimate.text);
        }),
      ),
    );
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
  return end;
}

/** Brings a shard, or some students of it, to what the record says. */
export async function applyShard(lab: ClassLab, work: ShardWork, step: Step): Promise<void> {
  const { shard, students = shard.students, refresh = false } = work;
  await writeShardFile(lab, shard);
  const settled = await settleStack(lab, shard.stack, step);
  if (settled.isNew) await lab.pulumi.init(shard.stack);
  // What a killed run has made is not in its state: then all is looked at.
  const { resources = [] } = settled;
  const some = students.length < shard.students.length && resources.length > 0 ? students : undefined;
  const targets = some ? targetsOf(some, shard.stack, resources) : [];
  const more = refresh && settled.flags.length === 0 ? ["--refresh"] : [];
  await lab.pulumi.change(shard.stack, "up", step, {
    flags: [...FLAGS, ...settled.flags, ...more, ...targets],
    environment: { ...SWIFT, ...(await withoutCheckpoints(shard.stack)), ...settled.environment },
    program: shardProgram(some),
  });
}

/** The program `shard`, as index.ts runs it; with some students, for them alone. */
const shardProgram = (students?: Student[]) => async () => {
  const config = readConfig();
  if (config.program !== "shard") throw new Failure(`the stack runs the program ${config.program}, not shard`);
  return shardOf(
    config.settings,
    students?.map(({ name }) => name),
  );
};

/** Removes what a shard has made, if anything. */
export async function destroyShard(lab: ClassLab, { shard }: ShardWork, step: Step): Promise<void> {
  const settled = await settleStack(lab, shard.stack, step);
  if (settled.isEmpty) return;
  const environment = { ...SWIFT, ...(await withoutCheckpoints(shard.stack)) };
  await lab.pulumi.change(shard.stack, "destroy", step, { flags: [...FLAGS, ...settled.flags], environment });
  await emptyNamespaces(
    lab.cluster,
    shard.students.map(({ name }) => studentNamespace(lab.settings.class, name)),
  );
}

/**
 * A backend of files is written anew, whole, at every step: the most of a shard's time. What a killed run has made is found
 * by its mark instead.
 */
async function withoutCheckpoints(stack: string): Promise<Record<string, string>> {
  const isFiles = (await foldersOf(PROJECT, stack, projectRoot)) !== undefined;
  return isFiles ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {};
}

/** Fails where a shard has. */
export function requireAll(end: ShardsEnd, again: string): void {
  const failure = failureOf(end, again);
  if (failure) throw failure;
}

/** The failed shards, with the students that they concern; undefined where none has failed. */
export function failureOf({ failed }: ShardsEnd, again: string): Failure | undefined {
  if (failed.length === 0) return undefined;
  const lines = failed.map(({ shard, error }) => {
    const remedy = error instanceof Failure && error.remedy ? `\n    → ${error.remedy}` : "";
    const names = shard.students.map(({ name }) => name).join(", ");
    return `  ${shard.stack} (${names}):\n    ${error.message.replaceAll("\n", "\n    ")}${remedy}`;
  });
  const count = failed.reduce((sum, { shard }) => sum + shard.students.length, 0);
  return new Failure(
    `${failed.length === 1 ? "a shard" : `${failed.length} shards`} with ${count} students failed; the others are done:\n${lines.join("\n")}`,
    `When the cause is gone: ${again}`,
  );
}

/** How many students work is about. */
export function studentsOf(work: ShardWork[]): number {
  return work.reduce((sum, { shard, students = shard.students }) => sum + students.length, 0);
}

export function counted(students: number): string {
  return students === 1 ? "1 student" : `${students} students`;
}
