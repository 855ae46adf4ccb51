import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { exclusively } from "./lock";
import { run } from "./run";

/**
 * The folder that build products land in, shared by all clones of one user: `STORAGE_LAB_CACHE`, or `storage-lab` in the
 * user's cache folder.
 */
export function cacheRoot(): string {
  return process.env.STORAGE_LAB_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "storage-lab");
}

/** What a build product was built from: plain strings (versions, flags) and the content of files and folders. */
export interface Inputs {
  values?: string[];
  /** Files or folders; folders are read in full, in the order of their names. */
  paths?: string[];
}

/** A short name for what a product was built from: the same inputs, the same key. */
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

/**
 * Returns the folder that holds the product `name` built from `inputs`, building it when it is not there yet.
 *
 * `build` fills an empty folder next to the final one, which is renamed when it is complete: a build that is killed
 * leaves nothing that could be taken for a product. Two builds of the same product wait for each other.
 */
export async function cached(name: string, inputs: Inputs, build: (folder: string) => Promise<void>): Promise<string> {
  const product = join(cacheRoot(), `${name}-${await keyOf(inputs)}`);
  if (existsSync(product)) return product;
  await mkdir(cacheRoot(), { recursive: true });
  const lock = `${product}.lock`;
  return exclusively(lock, { holder: `process ${process.pid}` }, async () => {
    if (existsSync(product)) return product;
    const unfinished = `${product}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    try {
      await build(unfinished);
      // Without this a power cut could leave the name of the product, and not all of its content.
      await run("sync", ["--file-system", unfinished]);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
    await rename(unfinished, product);
    // Whoever waits for it, or makes it again, looks for the product first.
    await rm(lock);
    return product;
  });
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
