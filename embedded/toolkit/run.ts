import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import execa, { type ExecaError } from "execa";
import { Failure } from "../../exercises/runner/failure";
import { lastWords } from "../../exercises/runner/last-words";

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** Written to the program's standard input. */
  input?: string | Buffer;
  /** File that all output is appended to. */
  log?: string;
  /** Longest run, in milliseconds; the program is then ended. */
  timeout?: number;
  /** Said when the program fails. */
  remedy?: string;
  /** Called with each line of the program's output and errors as it comes, for telling how far it is. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end and returns its standard output; a failure names the program and its last words. */
export async function run(file: string, args: string[], options: RunOptions = {}): Promise<string> {
  const child = execa(file, args, {
    cwd: options.cwd,
    env: options.env,
    input: options.input,
    stdin: options.input === undefined ? "ignore" : undefined,
    timeout: options.timeout,
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (options.log) {
    await mkdir(dirname(options.log), { recursive: true });
    const log = createWriteStream(options.log, { flags: "a" });
    log.write(`$ ${file} ${args.join(" ")}\n`);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    void child.finally(() => log.end());
  }
  if (options.onLine) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", options.onLine);
    }
  }
  const result = await child;
  if (!result.failed) return result.stdout;
  const how = result.timedOut
    ? `did not end within ${(options.timeout ?? 0) / 1000} s`
    : result.exitCode === undefined
      ? `could not run (${(result as ExecaError).shortMessage})`
      : `ended with exit code ${result.exitCode}`;
  const where = options.log ? ` (log: ${options.log})` : "";
  throw new Failure(
    `${file} ${args[0] ?? ""} ${how}${where}:\n  ${lastWords(result.stderr || result.stdout)}`,
    options.remedy,
  );
}

/**
 * Runs a program that mounts and starts others in namespaces of its own: when it ends, or when this process does, however
 * that comes about, nothing of it is left mounted or running.
 */
export async function runContained(file: string, args: string[], options: RunOptions = {}): Promise<string> {
  const apart = ["--mount", "--mount-proc", "--pid", "--fork", "--kill-child", "--propagation", "private"];
  return run("setpriv", ["--pdeathsig", "KILL", "unshare", ...apart, file, ...args], options);
}

/** Sends a signal to a process; one that has ended meanwhile needs none. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended since we looked.
  }
}
