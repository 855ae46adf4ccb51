import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `work` with a folder that only this user reads, for keys that `ssh` wants in files; it is gone afterwards. */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "storage-lab-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a private key as `ssh` accepts it and returns its path. */
export async function writeKey(folder: string, key: string): Promise<string> {
  const path = join(folder, "key");
  await writeFile(path, key.endsWith("\n") ? key : `${key}\n`, { mode: 0o600 });
  return path;
}
