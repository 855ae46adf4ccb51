import { notNow, waitFor } from "../../exercises/runner/wait";
import type { Accident, Command } from "./accidents/accident";
import { wentWell } from "./expectations";
import type { Ended, TestLab } from "./test-lab";

/** Longest time for a command of an accident, and for its effect to show, in seconds. */
const LIMIT = 180;
/** The same in a sequence, where an earlier accident may be in the way: a student would give up sooner. */
const LIMIT_IN_SEQUENCE = 60;

/** Runs a command as a student would, to its end, whatever that is. */
export function run(lab: TestLab, { on, text, input }: Command, limit = LIMIT): Promise<Ended> {
  if (on !== "here") return lab.run(["ssh", on, "--", text], { limit });
  const shell = ["env", `COURSE_STACK=${lab.stacks.course}`, "bash", "-o", "pipefail", "-c", text];
  return lab.run(["exec", "--", ...shell], { input, limit });
}

/** Lets an accident happen to a proven lab, and waits until it has. */
export async function happen(lab: TestLab, accident: Accident): Promise<void> {
  for (const command of accident.commands) {
    const ended = await run(lab, command);
    // The connection breaks with the host.
    if (!(accident.boots && ended.exitCode === 255)) wentWell(ended);
  }
  await hasHappened(lab, accident, LIMIT);
}

/**
 * The same after other accidents: what it is about may be gone or away already, so a command may fail or hang, as a
 * student's would.
 */
export async function happenNext(lab: TestLab, accident: Accident): Promise<void> {
  for (const command of accident.commands) {
    const ended = await run(lab, command, LIMIT_IN_SEQUENCE).catch(() => undefined);
    if (ended?.exitCode !== 0) return;
  }
  await hasHappened(lab, accident, LIMIT_IN_SEQUENCE).catch(notNow);
}

async function hasHappened(lab: TestLab, { id, until }: Accident, limit: number): Promise<void> {
  if (until === undefined) return;
  await waitFor(`the accident ${id}`, { timeout: limit * 1000, interval: 1000 }, async () => {
    const { exitCode, output } = await run(lab, until);
    return exitCode === 0 ? { done: undefined } : { missing: output || `${until.text} ends with ${exitCode}` };
  });
}
