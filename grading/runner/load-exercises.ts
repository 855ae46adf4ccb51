import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { WrongUse } from "../../exercises/runner/failure";
import { defineExercise, type Exercise } from "./exercise";

/** What a file of exercises may be called. */
const FILE = /(?<!\.d|\.test)\.(ts|js|mts|mjs|cts|cjs)$/;

/**
 * Loads a teacher's own exercises: of one file, or of all files in a folder. Whatever a file exports that is an exercise is
 * one.
 *
 * @throws {@link WrongUse} for a file that cannot be loaded, or exports none.
 */
export function loadExercises(path: string): Exercise[] {
  const loaded: Exercise[] = [];
  for (const file of filesOf(path)) {
    const exported = load(file);
    const found = Object.values(exported).filter(isExercise);
    if (found.length === 0)
      throw new WrongUse(`${file} exports no exercise`, "export const myExercise = defineExercise({ … })");
    try {
      loaded.push(...new Set(found.map(defineExercise)));
    } catch (error) {
      throw new WrongUse(`${file}: ${(error as Error).message}`);
    }
  }
  return loaded;
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [resolve(path)];
    return readdirSync(path)
      .filter((name) => FILE.test(name))
      .sort()
      .map((name) => resolve(join(path, name)));
  } catch (error) {
    throw new WrongUse(`--exercises: ${(error as Error).message}`);
  }
}

/** Not by `import()`, which goes past the loader that translates TypeScript here. */
const requireFile = createRequire(__filename);

function load(file: string): Record<string, unknown> {
  try {
    const loaded = requireFile(file) as Record<string, unknown>;
    // A file may export one exercise and nothing else.
    return isExercise(loaded) ? { loaded } : loaded;
  } catch (error) {
    throw new WrongUse(`${file} cannot be loaded: ${(error as Error).message.split("\n")[0]}`);
  }
}

function isExercise(value: unknown): value is Exercise {
  return typeof value === "object" && value !== null && "id" in value && "task" in value && "checks" in value;
}
