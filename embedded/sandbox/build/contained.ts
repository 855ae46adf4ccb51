import { run, type RunOptions } from "../../toolkit/run";

/**
 * Runs a program that mounts and starts others in namespaces of its own: when it ends, or when this process does, however
 * that comes about, nothing of it is left mounted or running.
 */
export async function runContained(file: string, args: string[], options: RunOptions = {}): Promise<string> {
  const apart = ["--mount", "--mount-proc", "--pid", "--fork", "--kill-child", "--propagation", "private"];
  return run("setpriv", ["--pdeathsig", "KILL", "unshare", ...apart, file, ...args], options);
}
