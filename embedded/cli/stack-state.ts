import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { LabFiles } from "./lab-files";

/** What is needed here of a resource in Pulumi's state. */
export interface Resource {
  urn: string;
  type: string;
  id?: string;
  inputs?: { metadata?: { name?: string; namespace?: string } };
  outputs?: Record<string, unknown>;
  pendingReplacement?: boolean;
}

/** What is needed here of a stack's state. */
export interface Deployment {
  manifest?: { time?: string };
  resources?: Resource[];
  pending_operations?: { type: string; resource: Resource }[];
}

/** A stack's state as its file has it, in no time, where Pulumi itself takes a second; undefined where it was never made. */
export async function readState(files: LabFiles, stack: string): Promise<Deployment | undefined> {
  const path = files.stateOf(stack);
  if (!existsSync(path)) return undefined;
  const state = JSON.parse(await readFile(path, "utf8")) as { checkpoint?: { latest?: Deployment } };
  return state.checkpoint?.latest ?? {};
}
