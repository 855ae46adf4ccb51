import execa from "execa";
import { Failure } from "../../exercises/runner/failure";

/**
 * When the process that has this id now was started, to the second; undefined where there is none, or only what is left of
 * one that has ended. By `ps`, which Linux and macOS have in common.
 */
export async function startOf(pid: number): Promise<Date | undefined> {
  // One -o for each: BSD's ps takes all that follows a "=" for the heading.
  const { exitCode, stdout } = await execa("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], {
    env: { LC_ALL: "C" },
    reject: false,
  });
  // Else every process would seem to be gone.
  if (exitCode === undefined) throw new Failure("the program ps cannot be run", "Put it on PATH.");
  const [state = "", ...start] = stdout.trim().split(/\s+/);
  return state === "" || state.startsWith("Z") ? undefined : new Date(start.join(" "));
}
