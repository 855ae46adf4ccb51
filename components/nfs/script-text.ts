import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assignments, type ShellValue } from "./shell-quote";

/** A script, and the `.sh` files next to this one that make it up, without their ending. */
const PARTS = {
  "nfs-server": ["export-files", "export-table", "export-users", "nfs-server"],
  "nfs-client": ["nfs-client"],
  "nfs-directories": ["nfs-directories"],
};

export type ScriptName = keyof typeof PARTS;

const read = (name: string) => readFileSync(join(__dirname, `${name}.sh`), "utf8");

/** The whole text that bash gets: the values, what all scripts share, the script, and the call. */
export function renderScript(script: ScriptName, values: Record<string, ShellValue>): string {
  return [assignments(values), ...["preamble", ...PARTS[script]].map(read), 'main "$@" </dev/null\n'].join("\n");
}
