import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assignments, type ShellValue } from "./shell-quote";

/** A script that runs on hosts, or, of those that begin with `export-`, in a pod that mounts an export. */
export type ScriptName =
  | "nfs-server"
  | "nfs-client"
  | "nfs-directories"
  | "nfs-snapshot"
  | "export-directories"
  | "export-snapshot"
  | "preflight-server"
  | "preflight-client"
  | "student-directories"
  | "pod-firewall";

const SERVER = ["export-files", "export-table", "export-differences", "export-users", "export-folder", "nfs-server"];

/** The `.sh` files that make it up, from this folder and without their ending. */
const PARTS: Record<ScriptName, string[]> = {
  "nfs-server": SERVER,
  "nfs-client": ["mount-cause", "nfs-client"],
  "nfs-directories": ["directory-register", "nfs-directories"],
  "nfs-snapshot": ["directory-register", "nfs-snapshot"],
  "export-directories": ["directory-register", "mounted-export", "nfs-directories"],
  "export-snapshot": ["directory-register", "mounted-export", "nfs-snapshot"],
  "preflight-server": [...SERVER, "preflight-report", "preflight-server"],
  "preflight-client": ["mount-cause", "nfs-client", "preflight-report", "preflight-client"],
  "student-directories": [
    "directory-register",
    "nfs-directories",
    "../classroom/student-limits",
    "../classroom/student-directories",
  ],
  "pod-firewall": ["../classroom/pod-firewall"],
};

/** The text of a `.sh` file. */
export const read = (name: string) => readFileSync(join(__dirname, `${name}.sh`), "utf8");

/** Whether the script makes directories on an export, be it on the host or in a pod. */
export function makesDirectories(script: ScriptName): boolean {
  return script === "nfs-directories" || script === "export-directories" || script === "student-directories";
}

/** The whole text that bash gets: the values, what all scripts share, the script, and the call. */
export function renderScript(script: ScriptName, values: Record<string, ShellValue>): string {
  return [assignments(values), ...["preamble", ...PARTS[script]].map(read), 'main "$@" </dev/null\n'].join("\n");
}

/** Changes with the text of a script: values that were made for another one may mean something else. */
export function scriptRevision(script: ScriptName): string {
  const text = ["preamble", ...PARTS[script]].map(read).join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
