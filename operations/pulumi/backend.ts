import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** A backend that is a folder of this machine. */
const FILE = "file://";

/**
 * The folder of the locks that Pulumi's file backend has for one stack; undefined for a backend that is not a folder of
 * this machine.
 *
 * @param folder That of Pulumi.yaml, in which Pulumi runs.
 */
export async function locksOf(
  project: string,
  stack: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const url = environment.PULUMI_BACKEND_URL ?? (await currentBackend(home));
  if (!url?.startsWith(FILE)) return undefined;
  const path = decodeURIComponent(url.slice(FILE.length).replace(/\?.*$/, "")).replace(/^~(?=\/|$)/, homedir());
  const [name = stack] = stack.split("/").reverse();
  return join(resolve(folder, path), ".pulumi", "locks", "organization", project, name);
}

/** Where `pulumi login` has logged in to. */
async function currentBackend(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, "credentials.json"), "utf8").catch(() => "{}");
  return (JSON.parse(text) as { current?: string }).current;
}
