import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of the locks that Pulumi's file backend has for one stack; undefined for a backend that is not a folder of
 * this machine.
 */
export async function locksOf(
  project: string,
  stack: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const url = environment.PULUMI_BACKEND_URL ?? (await currentBackend(home));
  if (!url?.startsWith("file://")) return undefined;
  const folder = url.startsWith("file://~")
    ? join(homedir(), url.slice("file://~".length).replace(/\?.*$/, ""))
    : fileURLToPath(url.replace(/\?.*$/, ""));
  return join(folder, ".pulumi", "locks", "organization", project, stack.split("/").at(-1) ?? stack);
}

/** Where `pulumi login` has logged in to. */
async function currentBackend(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, "credentials.json"), "utf8").catch(() => "{}");
  return (JSON.parse(text) as { current?: string }).current;
}
