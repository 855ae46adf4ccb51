import execa from "execa";

/**
 * When the process that has this id now was started, to the second; undefined where there is none, or only what is left of
 * one that has ended. By `ps`, which Linux and macOS have in common.
 */
export async function startOf(pid: number): Promise<Date | undefined> {
  const { stdout } = await execa("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    env: { LC_ALL: "C" },
    reject: false,
  });
  const [state = "", ...start] = stdout.trim().split(/\s+/);
  return state === "" || state.startsWith("Z") ? undefined : new Date(start.join(" "));
}
