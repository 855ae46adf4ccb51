import { rename, rm, symlink, writeFile } from "node:fs/promises";

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
