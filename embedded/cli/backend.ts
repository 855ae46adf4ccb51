import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import type { LabFiles } from "./lab-files";

/** Makes what Pulumi needs before its first command: the folder of the state, and the passphrase of its secrets. */
export async function ensureBackend(files: LabFiles): Promise<void> {
  await mkdir(files.pulumiHome, { recursive: true });
  await mkdir(files.state, { recursive: true });
  if (existsSync(files.passphrase)) return;
  await writeFile(files.passphrase, `${newPassword()}\n`, { mode: 0o600 });
}

/** A password that nobody guesses. */
export const newPassword = () => randomBytes(24).toString("base64url");
