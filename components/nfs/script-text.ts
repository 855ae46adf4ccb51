import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assignments, type ShellValue } from "./shell-quote";

/** A `.sh` file next to this one, without its ending. */
export type ScriptName = "nfs-server" | "nfs-client" | "nfs-directories" | "nfs-snapshot";

/** What goes between the preamble and a script: files that it shares with others. */
const SHARED: Partial<Record<ScriptName, string[]>> = {
  "nfs-directories": ["directory-register"],
  "nfs-snapshot": ["directory-register"],
};

const read = (name: string) => readFileSync(join(__dirname, `${name}.sh`), "utf8");

/** The whole text that bash gets: the values, what all scripts share, the script, and the call. */
export function renderScript(script: ScriptName, values: Record<string, ShellValue>): string {
  const files = ["preamble", ...(SHARED[script] ?? []), script];
  return [assignments(values), ...files.map(read), 'main "$@" </dev/null\n'].join("\n");
}
