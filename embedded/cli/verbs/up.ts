import { join } from "node:path";
import { Command } from "commander";
import { readApplied, writeApplied } from "../applied";
import { prepareMachine } from "../machine-requirements";
import { describe } from "../choices";
import { ChildFailed } from "../child-failed";
import { FIRST_PROOF } from "../first-proof";
import { operate } from "../operations-command";
import { prepareStacks, rememberApplied } from "../prepare-stacks";
import { duration } from "../../../exercises/runner/progress";
import type { Lab } from "../lab";
import { Failure } from "../../../exercises/runner/failure";

/** `./lab up`: from anything to a running, probed course. */
export const up = (lab: () => Lab): Command =>
  new Command("up")
    .summary("make and start everything, from nothing or from wherever it stopped; ends with a probe")
    .option("--yes", "agree to a loss that would be asked for")
    .action(async ({ yes = false }: { yes?: boolean }) => {
      const here = lab();
      const start = Date.now();
      await prepareMachine(here);
      await here.locked("up", () => bringUp(here, yes));
      here.progress.say(
        `The lab is up (${duration(Date.now() - start)}). Look around with ./lab shell; stop it with ./lab down.`,
      );
    });

async function bringUp(lab: Lab, agreed: boolean): Promise<void> {
  const choices = await lab.build();
  lab.progress.say(`✓ ${describe(choices)}`);
  const facts = await lab.sandbox.start(lab.progress);
  const unchanged = await prepareStacks(lab, facts, choices);
  await operate(lab, "up", { yes: agreed, unchanged });
  await rememberApplied(lab, facts, choices);
  await verifyOnce(lab);
}

/** The exercises prove a course that was just made; later runs only look. */
async function verifyOnce(lab: Lab): Promise<void> {
  const applied = await readApplied(lab.files);
  if (applied.verified) return;
  lab.progress.say("· Verifying the new course with the first of its own exercises; all of them: ./lab verify");
  try {
    await operate(lab, "verify", { junit: join(lab.files.logs, "verify.xml"), only: FIRST_PROOF });
  } catch (error) {
    if (!(error instanceof ChildFailed)) throw error;
    throw new Failure("An exercise failed: its reason is above.", "When it is fixed: ./lab verify");
  }
  await writeApplied(lab.files, { ...applied, verified: true });
}
