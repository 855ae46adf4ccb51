import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostCheck } from "../../components/index";
import { assignments } from "../../components/nfs/shell-quote";
import type { Hosts } from "./hosts";

const script = readFileSync(join(__dirname, "directory-facts.sh"), "utf8");

/** Longest look, in seconds; the script adds up sizes for fifteen. */
const LOOK = 30;

/** What an NFS server said of an export and of directories on it. */
export interface ExportFacts {
  addresses: string[];
  /** Bytes of the file system that the export is on. */
  size?: number;
  free?: number;
  /** By path; one that is not there has no entry. */
  directories: Map<string, { owner: string; mode: string; used?: number }>;
}

/** Looks at an export and at directories on it; says why where nobody could. */
export async function exportFacts(
  hosts: Hosts,
  check: HostCheck,
  root: string,
  directories: string[],
): Promise<ExportFacts | { error: string }> {
  const text = assignments({ ROOT: root, DIRECTORIES: directories }) + script;
  const ended = await hosts.run(check, text, "look", LOOK);
  return ended.exitCode === 0 ? readFacts(ended.stdout) : { error: ended.error };
}

/** Reads what `directory-facts.sh` prints. */
export function readFacts(output: string): ExportFacts {
  const facts: ExportFacts = { addresses: [], directories: new Map() };
  const used = new Map<string, number>();
  for (const line of output.split("\n")) {
    const [, kind, first = "", second = "", rest = ""] = /^(\w+) (\S+)(?:[ \t](\S+))?(?: (.*))?$/.exec(line) ?? [];
    if (kind === "address") facts.addresses.push(first);
    if (kind === "size") Object.assign(facts, { size: Number(first), free: Number(second) });
    if (kind === "facts") facts.directories.set(rest, { owner: first, mode: second.padStart(4, "0") });
    const [, bytes, path] = /^used (\d+)\t(.*)$/.exec(line) ?? [];
    if (bytes !== undefined && path !== undefined) used.set(path, Number(bytes));
  }
  for (const [path, bytes] of used) {
    const directory = facts.directories.get(path);
    if (directory) directory.used = bytes;
  }
  return facts;
}
