import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { Failure } from "../exercises/runner/failure";

/** What the user sees of an error, and the exit code: 0 success, 1 it failed, 2 wrong usage. */
export function explain(error: unknown, logs: () => string): { text: string; exitCode: number } {
  // Commander has said what is wrong, or shown its help.
  if (error instanceof CommanderError) return { text: "", exitCode: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof Failure) return { text: error.text, exitCode: error.exitCode };
  const first = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  return { text: `error: unexpected: ${first}\n  → Details are in ${keep(error, logs)}\n`, exitCode: 1 };
}

/** Writes the stack of an unexpected error into a file and returns its path. */
function keep(error: unknown, logs: () => string): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const name = `error-${new Date().toISOString().replaceAll(":", "")}.log`;
  for (const place of [logs, tmpdir]) {
    try {
      const folder = place();
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), `${process.argv.join(" ")}\n${text}\n`, { mode: 0o600 });
      return join(folder, name);
    } catch {
      // Not writable, for one that is not root: the next folder will do.
    }
  }
  return "no file, because none could be written";
}
