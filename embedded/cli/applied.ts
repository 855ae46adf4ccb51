import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot, stackFile, type LabFiles } from "./lab-files";
import type { Choices } from "./choices";
import { keyOf, replaceFile } from "../toolkit/files";

/** What `up` remembers about each stack, so that it need not ask Pulumi when nothing has changed. */
export interface Applied {
  /** By stack: what the last good `pulumi up` worked from, and the state that it left. */
  stacks: Record<string, { inputs: string; state: string } | undefined>;
  /** The exercises have passed since the course was made. */
  verified: boolean;
}

/** What `up` remembers; nothing before the first time. */
export async function readApplied(files: LabFiles): Promise<Applied> {
  if (!existsSync(files.applied)) return { stacks: {}, verified: false };
  return JSON.parse(await readFile(files.applied, "utf8")) as Applied;
}

export async function writeApplied(files: LabFiles, applied: Applied): Promise<void> {
  await replaceFile(files.applied, `${JSON.stringify(applied, null, 2)}\n`);
}

/**
 * A key of all that a `pulumi up` of the stack works from (the program and its packages, the stack's config, the SSH key,
 * engine and plugins), and one of the state that is there now. When both are as they were after the last good run, a
 * further one would find nothing to do: any other `pulumi up`, by hand too, changes the state.
 */
export async function fingerprint(
  files: LabFiles,
  stack: string,
  choices: Choices,
  sshKey: string,
): Promise<{ inputs: string; state: string }> {
  const program = ["index.ts", "stacks", "components", "Pulumi.yaml", "package-lock.json"];
  const inputs = await keyOf({
    values: [JSON.stringify(choices)],
    paths: [...program.map((name) => join(projectRoot, name)), stackFile(stack), sshKey],
  });
  const state = existsSync(files.stateOf(stack)) ? await keyOf({ paths: [files.stateOf(stack)] }) : "none";
  return { inputs, state };
}
