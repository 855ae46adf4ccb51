import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClassValues } from "./class-outputs";
import type { ShardConfig } from "./shard-schema";

/**
 * A hash of all that the resources of every student of a shard are made from: its config, what it takes over of its class,
 * and this program.
 */
export function shardInputs(config: ShardConfig, values: ClassValues): string {
  // What is about other students, and what no object of a shard is made from.
  const others = {
    uids: undefined,
    capacities: undefined,
    students: undefined,
    inodes: undefined,
    toolsImage: undefined,
  };
  const shared = { ...values, ...others };
  return hashOf(JSON.stringify([sorted({ config, shared }), programRevision()]));
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** The order of keys, which an engine may change, does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}

let revision: string | undefined;

/** Of the text of all that makes the resources, and the packages that it is made with. */
export function programRevision(): string {
  const root = join(__dirname, "../..");
  revision ??= hashOf(
    [...sources(join(root, "components")), ...sources(join(root, "stacks")), join(root, "package.json")]
      .map((file) => readFileSync(file, "utf8"))
      .join("\0"),
  );
  return revision;
}

function sources(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((each) => each.isFile() && /\.(ts|sh)$/.test(each.name))
    .map((each) => join(each.parentPath, each.name))
    .filter((file) => !/\/(node_modules|dist)\//.test(file))
    .sort();
}
