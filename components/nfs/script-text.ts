import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assignments, type ShellValue } from "./shell-quote";

/** A `.sh` file next to this one, without its ending. */
export type ScriptName = "nfs-server" | "nfs-client" | "nfs-directories";

const read = (name: string) => readFileSync(join(__dirname, `${name}.sh`), "utf8");

/** The whole text that bash gets: the values, what all scripts share, the script, and the call. */
export function renderScript(script: ScriptName, values: Record<string, ShellValue>): string {
  return [assignments(values), read("preamble"), read(script), 'main "$@" </dev/null\n'].join("\n");
}
