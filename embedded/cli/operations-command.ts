import type { Server } from "node:net";
import { TELLS } from "../../operations/interrupt";
import { ChildFailed } from "./child-failed";
import { typescript, type Lab } from "./lab";
import { exitCodeOf } from "./spawn";

/** Flags of Node for what is open for hours: memory counts more than speed; `storage-lab` has the same. */
const SMALL = ["--max-semi-space-size=1", "--optimize-for-size"];

/** Options of a verb by their names, as Commander has them. */
export type Options = Record<string, string | number | boolean | string[] | undefined>;

/**
 * Runs a verb of operations/ on the lab's stacks, in its network and with its Pulumi.
 *
 * @throws {@link ChildFailed} where it failed, and so has said why.
 */
export async function operate(lab: Lab, verb: string, options: Options = {}, args: string[] = []): Promise<void> {
  const { course, infrastructure } = lab.stacks;
  await operateOn(lab, course, [verb, ...args, ...flagsOf(options)], ["--builds-on", infrastructure]);
}

/**
 * The same of another stack of the lab, with the words of a command line.
 *
 * @param more Options that come before the verb. @default none
 * @param socket Listens already, and becomes the verb's descriptor 3. @default none
 */
export async function operateOn(
  lab: Lab,
  stack: string,
  words: string[],
  more: string[] = [],
  socket?: Server,
): Promise<void> {
  const { facts, environment } = await lab.running();
  const where = ["--stack", stack, ...more, "--ssh-key", facts.sshKey, "--logs", lab.files.logs];
  const flags = words[0] === "page" ? SMALL : [];
  const exitCode = await exitCodeOf(lab.sandbox.enter(typescript("operations/main.ts", [...where, ...words], flags)), {
    env: { ...environment, [TELLS]: "1" },
    socket,
  });
  if (exitCode !== 0) throw new ChildFailed(exitCode);
}

/** Options as they were on the command line; arguments come before them, because the last may take several values. */
export function flagsOf(options: Options): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
    if (value === true) return [flag];
    return [flag, ...[value].flat().map(String)];
  });
}
