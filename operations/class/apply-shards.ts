import { availableParallelism } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { Failure } from "../../exercises/runner/failure";
import { duration, type Step } from "../../exercises/runner/progress";
import { PROJECT, projectRoot } from "../lab";
import { foldersOf } from "../pulumi/backend";
import type { ClassLab } from "./class-lab";
import { Estimate } from "./estimate";
import { settleStack } from "./settle-stack";
import { type Shard, writeShardFile } from "./shard-stacks";

/**
 * How Pulumi runs on a shard. Its limits on requests (50 a second) are for a shared cluster of others; the API server has
 * limits of its own. Nothing waits in a shard, so more at once costs no memory for long. A shard's run is short: what its
 * processes compile is kept for the next, and they collect garbage more seldom (docs/performance.md, "A class").
 */
const SWIFT = {
  PULUMI_K8S_CLIENT_QPS: "500",
  PULUMI_K8S_CLIENT_BURST: "1000",
  GOGC: "200",
  NODE_COMPILE_CACHE: join(projectRoot, ".storage-lab", "compiled"),
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --max-semi-space-size=32`.trim(),
};
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
  shards: Shard[],
  { atOnce, step }: { atOnce: number; step: Step },
  work: (shard: Shard, step: Step) => Promise<void>,
): Promise<ShardsEnd> {
  const limit = pLimit(atOnce);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const stop = () => limit.clearQueue();
  for (const signal of signals) process.once(signal, stop);
  const students = shards.reduce((sum, shard) => sum + shard.students.length, 0);
  const estimate = new Estimate(students);
  const end: ShardsEnd = { done: [], failed: [] };
  step.waiting(estimate.text);
  try {
    await Promise.all(
      shards.map((shard) =>
        limit(async () => {
          const start = Date.now();
          try {
            await work(shard, { note: (line) => step.note(line), waiting: () => {} });
            end.done.push(shard);
            estimate.add(shard.students.length);
            step.note(`${shard.stack}: ${countOf(shard)} in ${duration(Date.now() - start)}; ${estimate.text}`);
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

/** Brings a shard to what the record says of it. */
export async function applyShard(lab: ClassLab, shard: Shard, step: Step, refresh = false): Promise<void> {
  await writeShardFile(lab, shard);
  const { isNew, flags, environment } = await settleStack(lab, shard.stack, step);
  if (isNew) await lab.pulumi.init(shard.stack);
  const more = refresh && flags.length === 0 ? ["--refresh"] : [];
  const swift = { ...SWIFT, ...(await withoutCheckpoints(shard.stack)), ...environment };
  await lab.pulumi.change(shard.stack, "up", step, { flags: [...FLAGS, ...flags, ...more], environment: swift });
}

/** Removes what a shard has made, if anything. */
export async function destroyShard(lab: ClassLab, shard: Shard, step: Step): Promise<void> {
  const settled = await settleStack(lab, shard.stack, step);
  if (settled.isEmpty) return;
  const environment = { ...SWIFT, ...(await withoutCheckpoints(shard.stack)) };
  await lab.pulumi.change(shard.stack, "destroy", step, { flags: [...FLAGS, ...settled.flags], environment });
}

/**
 * A backend of files is written anew, whole, at every step: the most of a shard's time. What a killed run has made is found
 * by its mark instead.
 */
async function withoutCheckpoints(stack: string): Promise<Record<string, string>> {
  const isFiles = (await foldersOf(PROJECT, stack, projectRoot)) !== undefined;
  return isFiles ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {};
}

/** Fails where a shard has, naming the students that it concerns. */
export function requireAll({ failed }: ShardsEnd, again: string): void {
  if (failed.length === 0) return;
  const lines = failed.map(({ shard, error }) => {
    const remedy = error instanceof Failure && error.remedy ? `\n    → ${error.remedy}` : "";
    const names = shard.students.map(({ name }) => name).join(", ");
    return `  ${shard.stack} (${names}):\n    ${error.message.replaceAll("\n", "\n    ")}${remedy}`;
  });
  const count = failed.reduce((sum, { shard }) => sum + shard.students.length, 0);
  throw new Failure(
    `${failed.length === 1 ? "a shard" : `${failed.length} shards`} with ${count} students failed; the others are done:\n${lines.join("\n")}`,
    `When the cause is gone: ${again}`,
  );
}

function countOf({ students }: Shard): string {
  return students.length === 1 ? "1 student" : `${students.length} students`;
}
