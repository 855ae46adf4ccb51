import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Inputs, keyOf } from "./files";
import { exclusively } from "./lock";
import { run } from "./run";

/**
 * The folder that build products land in, shared by all clones of one user: `STORAGE_LAB_CACHE`, or `storage-lab` in the
 * user's cache folder.
 */
export function cacheRoot(): string {
  return process.env.STORAGE_LAB_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "storage-lab");
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
