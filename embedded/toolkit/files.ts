import { createHash } from "node:crypto";
import { readFile, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * Writes a file in one step: whoever reads it meanwhile, and whoever comes after a kill or a power cut, finds the old text
 * or the new one, whole.
 *
 * @param options.mode Its permissions. @default 0o666 less the umask
 */
export async function replaceFile(path: string, text: string, options: { mode?: number } = {}): Promise<void> {
  await writeFile(`${path}.new`, text, { ...options, flush: true });
  await rename(`${path}.new`, path);
}

/** Makes a symbolic link point to `target` in one step: whoever follows it meanwhile finds the old target or the new one. */
export async function replaceLink(path: string, target: string): Promise<void> {
  await rm(`${path}.new`, { force: true });
  await symlink(target, `${path}.new`);
  await rename(`${path}.new`, path);
}

/** What something is made from: plain strings (versions, flags) and the content of files and folders. */
export interface Inputs {
  values?: string[];
  /** Files or folders; folders are read in full, in the order of their names. */
  paths?: string[];
}

/** A short name for what something is made from: the same inputs, the same key. */
export async function keyOf(inputs: Inputs): Promise<string> {
  const hash = createHash("sha256");
  for (const value of inputs.values ?? []) hash.update(`value ${value.length}:${value}\n`);
  for (const path of inputs.paths ?? []) {
    for (const file of await filesBelow(path)) {
      hash.update(`file ${relative(path, file)}\n`).update(await readFile(file));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

async function filesBelow(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = await Promise.all(
    entries.map((e) => (e.isDirectory() ? filesBelow(join(path, e.name)) : Promise.resolve([join(path, e.name)]))),
  );
  return nested.flat();
}
