import { readFile } from "node:fs/promises";
import { fingerprint, readApplied, writeApplied } from "./applied";
import type { Choices } from "./choices";
import type { Lab } from "./lab";
import { stackFile } from "./lab-files";
import { newPassword } from "./backend";
import { courseConfig, infrastructureConfig, writeStackFile } from "./stack-files";
import type { SandboxFacts } from "../sandbox/types";

/**
 * Brings the stacks' config files up to date and makes what is missing of the stacks. Returns those that are as their last
 * good `pulumi up` left them, program, config and state.
 */
export async function prepareStacks(lab: Lab, facts: SandboxFacts, choices: Choices): Promise<string[]> {
  const configs = {
    [lab.stacks.infrastructure]: infrastructureConfig(facts),
    [lab.stacks.course]: courseConfig(facts, lab.stacks),
  };
  const pulumi = lab.pulumi();
  const unchanged: string[] = [];
  for (const [stack, config] of Object.entries(configs)) {
    await writeStackFile(stackFile(stack), config, { fresh: !lab.hasStack(stack) });
    const before = (await readApplied(lab.files)).stacks[stack];
    const now = await fingerprint(lab.files, stack, choices, facts.sshKey);
    if (before?.inputs === now.inputs && before.state === now.state) {
      unchanged.push(stack);
      continue;
    }
    if (!lab.hasStack(stack)) await pulumi.init(stack);
    const kept = await pulumi.config(stack);
    const key = await readFile(facts.sshKey, "utf8");
    if (String(kept.sshPrivateKey).trim() !== key.trim()) await pulumi.setSecret(stack, "sshPrivateKey", key);
    if (stack === lab.stacks.course && kept.mysqlRootPassword === undefined) {
      await pulumi.setSecret(stack, "mysqlRootPassword", newPassword());
    }
  }
  return unchanged;
}

/** Notes that the stacks are as they should be. */
export async function rememberApplied(lab: Lab, facts: SandboxFacts, choices: Choices): Promise<void> {
  const applied = await readApplied(lab.files);
  for (const stack of Object.values(lab.stacks)) {
    applied.stacks[stack] = await fingerprint(lab.files, stack, choices, facts.sshKey);
  }
  await writeApplied(lab.files, applied);
}
