import { readFile } from "node:fs/promises";
import { fingerprint, readApplied, writeApplied } from "./applied";
import type { Choices } from "./choices";
import type { Lab } from "./lab";
import { createdAt } from "./kubectl";
import { stackFile } from "./lab-files";
import type { Pulumi } from "./pulumi";
import { recover } from "./recovery";
import { courseConfig, infrastructureConfig, writeStackFile } from "./stack-files";
import type { SandboxFacts } from "../sandbox/types";

export interface ApplyOptions {
  /** Compare the state with the cluster first: what was removed by hand is made again. */
  refresh: boolean;
}

/** Runs `pulumi up` on both stacks, in order, leaving out what has not changed. Returns whether anything was run. */
export async function applyStacks(
  lab: Lab,
  facts: SandboxFacts,
  choices: Choices,
  options: ApplyOptions,
): Promise<boolean> {
  const configs = {
    [lab.stacks.infrastructure]: infrastructureConfig(facts),
    [lab.stacks.course]: courseConfig(facts, lab.stacks),
  };
  const pulumi = lab.pulumi();
  const key = await readFile(facts.sshKey, "utf8");
  let ran = false;
  for (const [stack, config] of Object.entries(configs)) {
    await writeStackFile(stackFile(stack), config, { fresh: !pulumi.exists(stack) });
    const applied = await readApplied(lab.files);
    const before = applied.stacks[stack];
    const now = await fingerprint(lab.files, stack, choices, facts.sshKey);
    if (!options.refresh && before?.inputs === now.inputs && before.state === now.state) {
      lab.progress.say(`✓ ${stack}: unchanged since the last pulumi up`);
      continue;
    }
    ran = true;
    await lab.progress.step(`pulumi up: ${stack}`, async (step) => {
      await pulumi.ensureStack(stack);
      await recover(lab.files, pulumi, stack, createdAt(lab, facts), step);
      await pulumi.setSecret(stack, "sshPrivateKey", key);
      if (stack === lab.stacks.course) await pulumi.ensurePassword(stack, "mysqlRootPassword");
      await pulumi.change(stack, "up", step, options.refresh ? ["--refresh"] : []);
    });
    applied.stacks[stack] = await fingerprint(lab.files, stack, choices, facts.sshKey);
    await writeApplied(lab.files, applied);
  }
  return ran;
}

/** Runs `pulumi destroy` on a stack, if there is one, and forgets what `up` remembered of it. */
export async function destroyStack(
  lab: Lab,
  pulumi: Pulumi,
  facts: SandboxFacts,
  stack: string,
  beforehand: () => Promise<void> = async () => {},
): Promise<void> {
  if (!pulumi.exists(stack)) return;
  await lab.progress.step(`pulumi destroy: ${stack}`, async (step) => {
    await recover(lab.files, pulumi, stack, createdAt(lab, facts), step);
    await beforehand();
    const applied = await readApplied(lab.files);
    delete applied.stacks[stack];
    if (stack === lab.stacks.course) applied.verified = false;
    await writeApplied(lab.files, applied);
    await pulumi.change(stack, "destroy", step);
  });
}
