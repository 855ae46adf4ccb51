import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, isMap, parseDocument } from "yaml";
import { shardsOf as numbersOf, type Student } from "../../stacks/classroom/students";
import { projectRoot } from "../lab";
import type { ClassLab } from "./class-lab";

/** A shard of a class: a stack, and the students whose labs it makes. */
export interface Shard {
  number: number;
  stack: string;
  students: Student[];
}

/** What is to be done in a shard. */
export interface ShardWork {
  shard: Shard;
  /** Those whose labs are not as they should be; undefined where all have to be looked at. */
  students?: Student[];
  /** Whether somebody changed what was made, so that Pulumi has to look at it first. @default false */
  refresh?: boolean;
}

/** Name of the stack that makes the class's shard of this number. */
export function shardStack(classStack: string, number: number): string {
  return `${classStack}-${number}`;
}

/** The class's shards in the order of their numbers, also those whose students were all removed: what is left of them goes. */
export function shardsOf({ stack, record }: Pick<ClassLab, "stack" | "record">): Shard[] {
  const students = Map.groupBy(record.students, ({ shard }) => shard);
  return numbersOf(record).map((number) => ({
    number,
    stack: shardStack(stack, number),
    students: students.get(number) ?? [],
  }));
}

/** Path of a stack's config file; a backend's organization is not in its name. */
export function stackFile(stack: string): string {
  return join(projectRoot, `Pulumi.${stack.split("/").at(-1)}.yaml`);
}

/** Brings a shard's stack file up to date with the class's; what else is in it stays. */
export async function writeShardFile(lab: Pick<ClassLab, "stack" | "settings">, shard: Shard): Promise<void> {
  const path = stackFile(shard.stack);
  const before = existsSync(path) ? await readFile(path, "utf8") : undefined;
  const after = renderShardFile(before, lab, shard.number);
  if (after === before) return;
  await writeFile(`${path}.new`, after);
  await rename(`${path}.new`, path);
}

/** The text of a shard's stack file, from what it was before. */
export function renderShardFile(
  before: string | undefined,
  { stack, settings: { kubeconfig, context } }: Pick<ClassLab, "stack" | "settings">,
  number: number,
): string {
  const document = before === undefined ? new Document({}) : parseDocument(before);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (before === undefined) document.commentBefore = ` Written by class up: shard ${number} of the class ${stack}.`;
  const values = { kubeconfig, context, classStack: stack, shard: number };
  let isChanged = before === undefined;
  const set = (path: string[], value: unknown) => {
    if (document.getIn(path) === value) return;
    isChanged = true;
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  };
  set(["config", "storage-lab:program"], "shard");
  for (const [key, value] of Object.entries(values)) set(["config", "storage-lab:shard", key], value);
  // Pulumi writes the file in a style of its own.
  return isChanged ? document.toString({ lineWidth: 0 }) : (before ?? "");
}
