import { join } from "node:path";
import { Command } from "commander";
import { readApplied, writeApplied } from "../applied";
import { prepareMachine } from "../machine-requirements";
import { describe } from "../choices";
import { exercisesCommand, FIRST_PROOF, type Finding } from "../exercises-command";
import { duration } from "../../toolkit/progress";
import type { Lab } from "../lab";
import { line, probe } from "../probe-lab";
import { exitCodeOf } from "../spawn";
import { applyStacks } from "../apply-stacks";
import type { SandboxFacts } from "../../sandbox/types";
import { Failure } from "../../../exercises/runner/failure";
import { notNow, waitFor } from "../../toolkit/wait";

/** How long the course may take to be ready: pods start again after a boot, one at a time on two cores. */
const SETTLE = 420_000;
/** How long it may take when nothing was started or changed: it should be ready already. */
const SETTLE_UNCHANGED = 60_000;

/** `./lab up`: from anything to a running, probed course. */
export const up = (lab: () => Lab): Command =>
  new Command("up")
    .summary("make and start everything, from nothing or from wherever it stopped; ends with a probe")
    .action(async () => {
      const here = lab();
      const start = Date.now();
      await prepareMachine(here);
      await here.locked("up", () => bringUp(here));
      here.progress.say(
        `The lab is up (${duration(Date.now() - start)}). Look around with ./lab shell; stop it with ./lab down.`,
      );
    });

async function bringUp(lab: Lab): Promise<void> {
  const choices = await lab.build();
  lab.progress.say(`✓ ${describe(choices)}`);
  const ranBefore = (await lab.sandbox.state()).apiReady;
  const facts = await lab.sandbox.start(lab.progress);
  const changed = await applyStacks(lab, facts, choices, { refresh: false });
  try {
    await settle(lab, facts, ranBefore && !changed ? SETTLE_UNCHANGED : SETTLE);
  } catch (error) {
    if (changed || !(error instanceof Failure)) throw error;
    lab.progress.say("· The course is not as its stacks say; comparing them with the cluster");
    await applyStacks(lab, facts, choices, { refresh: true });
    await settle(lab, facts, SETTLE);
  }
  await verifyOnce(lab, facts);
}

/** Waits until the probe finds everything good. */
async function settle(lab: Lab, facts: SandboxFacts, timeout: number): Promise<void> {
  await lab.progress.step("Probe: volumes bound, Redis ready on NFS, DNS answers, NAS as configured", async (step) => {
    let failed: Finding[] = [];
    const look = async (): Promise<{ done: Finding[] } | { missing: string }> => {
      const findings = await probe(lab, facts).catch(notNow);
      if (findings instanceof Failure) {
        failed = [];
        step.waiting(findings.message.split("\n")[0] ?? "");
        return { missing: findings.message };
      }
      failed = findings.filter((finding) => !finding.passed);
      if (failed.length === 0) return { done: findings };
      step.waiting(failed.map((finding) => finding.title).join("; "));
      return { missing: failed.map(line).join("\n") };
    };
    try {
      await waitFor("The course", { timeout, interval: 2000 }, look);
    } catch (error) {
      if (failed.length === 0) throw error;
      throw new Failure(`The lab runs, but the probe finds errors:\n${failed.map(line).join("\n")}`);
    }
  });
}

/** The exercises prove a course that was just made; later runs only look. */
async function verifyOnce(lab: Lab, facts: SandboxFacts): Promise<void> {
  const applied = await readApplied(lab.files);
  if (applied.verified) return;
  lab.progress.say("· Verifying the new course with the first of its own exercises; all of them: ./lab verify");
  const flags = ["--junit", join(lab.files.logs, "verify.xml"), "--only", ...FIRST_PROOF];
  const command = exercisesCommand(lab, facts, flags);
  const exitCode = await exitCodeOf(command, { env: { KUBECONFIG: facts.kubeconfig } });
  if (exitCode !== 0) {
    throw new Failure("An exercise failed: its reason is above.", "When it is fixed: ./lab verify");
  }
  await writeApplied(lab.files, { ...applied, verified: true });
}
