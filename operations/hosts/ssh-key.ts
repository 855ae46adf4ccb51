import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs `work` with a folder that only this user reads, for keys that `ssh` wants in files; it is gone afterwards, also when
 * the process ends in between.
 */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "storage-lab-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await work(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** Writes a private key as `ssh` accepts it and returns its path. */
export async function writeKey(folder: string, name: string, key: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, key.endsWith("\n") ? key : `${key}\n`, { mode: 0o600 });
  return path;
}
