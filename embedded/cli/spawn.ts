import type { Server } from "node:net";
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

interface SpawnOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** A socket that listens, which the program takes over as its descriptor 3, whatever network it is in. @default none */
  socket?: Server;
}

/** Runs a program with this one's input and output and returns its exit code, as a shell would say it. */
export async function exitCodeOf(command: string[], { socket, ...options }: SpawnOptions = {}): Promise<number> {
  const [file = "", ...args] = command;
  const inherit = "inherit" as const;
  const stdio = [inherit, inherit, inherit, ...(socket ? [descriptorOf(socket)] : [])];
  const running = execa(file, args, { ...options, stdio, reject: false });
  // Who connects is the program's.
  socket?.close();
  const result = await running;
  if (result.signal) return 128 + constants.signals[result.signal as NodeJS.Signals];
  if (result.exitCode === undefined) throw new Failure(`${file} could not be run.`);
  return result.exitCode;
}

/** Node has no other way to tell it. */
const descriptorOf = (socket: Server): number => (socket as unknown as { _handle: { fd: number } })._handle.fd;
