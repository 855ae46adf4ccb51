import { constants } from "node:os";
import execa from "execa";
import { ChildFailed } from "./child-failed";
import { Failure } from "../../exercises/runner/failure";

/** Runs a program that talks to the user itself; its exit code becomes ours. */
export async function handOver(
  command: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const exitCode = await exitCodeOf(command, options);
  if (exitCode !== 0) throw new ChildFailed(exitCode);
}

/** Runs a program with this one's input and output and returns its exit code, as a shell would say it. */
export async function exitCodeOf(
  command: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  const [file = "", ...args] = command;
  const result = await execa(file, args, { ...options, stdio: "inherit", reject: false });
  if (result.signal) return 128 + constants.signals[result.signal as NodeJS.Signals];
  if (result.exitCode === undefined) throw new Failure(`${file} could not be run.`);
  return result.exitCode;
}
