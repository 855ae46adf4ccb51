import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { projectRoot } from "../lab";

/** What something was made from, and what its objects were then: while both stay, no engine has to look at it. */
export interface Remembered {
  inputs: string;
  objects: string;
}

/** The same of a stack, as a whole or by student. */
interface RememberedStack {
  inputs: string;
  objects?: string;
  students?: Record<string, Remembered | undefined>;
}

/** What the last good runs of a class's stacks have left, by stack. */
export type Memory = Record<string, RememberedStack | undefined>;

/** The file of a class's memory; it can be deleted at any time. */
function memoryFile(stack: string): string {
  return join(projectRoot, ".storage-lab", "class", `${stack.replaceAll("/", "_")}.json`);
}

export async function readMemory(stack: string): Promise<Memory> {
  try {
    return JSON.parse(await readFile(memoryFile(stack), "utf8")) as Memory;
  } catch {
    return {};
  }
}

export async function writeMemory(stack: string, memory: Memory): Promise<void> {
  const file = memoryFile(stack);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(memory));
  await rename(`${file}.new`, file);
}

/** One key of values. */
export function keyOf(...values: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}
