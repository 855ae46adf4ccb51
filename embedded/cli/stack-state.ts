import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { LabFiles } from "./lab-files";
import type { Deployment } from "../../operations/pulumi/deployment";

/** A stack's state as its file has it, without its secrets; undefined where it was never made. */
export async function readState(files: LabFiles, stack: string): Promise<Deployment | undefined> {
  const path = files.stateOf(stack);
  if (!existsSync(path)) return undefined;
  const state = JSON.parse(await readFile(path, "utf8")) as { checkpoint?: { latest?: Deployment } };
  return state.checkpoint?.latest ?? {};
}
