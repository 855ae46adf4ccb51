import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Deployment } from "./deployment";
import type { HistoryEntry } from "./pulumi";

/** A backend that is a folder of this machine. */
const FILE = "file://";

/** Where Pulumi's file backend keeps what it has of one stack beside its state. */
export interface StackFolders {
  /** Path of the state's file. */
  state: string;
  locks: string;
  history: string;
}

/**
 * The folders that Pulumi's file backend has for one stack; undefined for a backend that is not a folder of this machine.
 *
 * @param folder That of Pulumi.yaml, in which Pulumi runs.
 */
export async function foldersOf(
  project: string,
  stack: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<StackFolders | undefined> {
  const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const url = environment.PULUMI_BACKEND_URL ?? (await currentBackend(home));
  if (!url?.startsWith(FILE)) return undefined;
  const path = decodeURIComponent(url.slice(FILE.length).replace(/\?.*$/, "")).replace(/^~(?=\/|$)/, homedir());
  const [name = stack] = stack.split("/").reverse();
  const root = join(resolve(folder, path), ".pulumi");
  return {
    state: join(root, "stacks", project, `${name}.json`),
    locks: join(root, "locks", "organization", project, name),
    history: join(root, "history", project, name),
  };
}

/**
 * A stack's state without its secrets, which `pulumi stack export` takes a second to tell: `missing` where there is no such
 * stack, undefined where it cannot be read so, as when the backend compresses it.
 */
export async function stateInFile({ state }: StackFolders): Promise<Deployment | "missing" | undefined> {
  try {
    const { checkpoint } = JSON.parse(await readFile(state, "utf8")) as { checkpoint?: { latest?: Deployment } };
    return checkpoint && (checkpoint.latest ?? {});
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync(`${state}.gz`);
    return isMissing ? "missing" : undefined;
  }
}

/**
 * The last finished operation in a stack's history, which `pulumi stack history` takes half a second to tell; undefined
 * where it cannot be read so, as when the backend compresses it.
 */
export async function lastInHistory(folder: string): Promise<HistoryEntry | undefined> {
  const names = await readdir(folder).catch(() => []);
  // Their names end with the time.
  const last = names
    .filter((name) => /\.history\.json(\.gz)?$/.test(name))
    .sort()
    .at(-1);
  if (!last?.endsWith(".json")) return undefined;
  const { kind, result } = JSON.parse(await readFile(join(folder, last), "utf8")) as Partial<HistoryEntry>;
  return kind === undefined || result === undefined ? undefined : { kind, result };
}

/** Where `pulumi login` has logged in to. */
async function currentBackend(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, "credentials.json"), "utf8").catch(() => "{}");
  return (JSON.parse(text) as { current?: string }).current;
}
