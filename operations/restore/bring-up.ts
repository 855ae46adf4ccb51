import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../../exercises/runner/failure";
import { confirm } from "../../exercises/runner/run-program";
import type { Lab, Stack } from "../lab";
import { findingLine, type Finding } from "../probe/finding";
import { declaredBy, probe, type HostLooks } from "../probe/probe";
import { giveBackPolicies } from "./finish-deletion";
import { Fixes } from "./fixes";
import { Patience } from "./patience";
import { plannedLosses } from "./planned-losses";
import { recoverStacks } from "./recover-stacks";
import { applyWatched } from "./watch";

/** How long the course may take to be ready: after a boot all pods start again, one at a time on two cores. */
const SETTLE = 420_000;
/** How often a stack is applied again because the cluster changed meanwhile. */
const ROUNDS = 3;

export interface BringUpOptions {
  /** Stacks whose program and config are as they were at their last good `pulumi up`. */
  unchanged: string[];
  /** The user agreed beforehand to what is lost. */
  agreed: boolean;
}

/**
 * Brings a lab to the state that its stacks declare, from whatever happened to it: hosts whose scripts have to run again,
 * volumes that wait for their claims, objects that are missing or were changed. Ends when the probe finds nothing.
 */
export async function bringUp(lab: Lab, options: BringUpOptions): Promise<void> {
  const [fixes, patience] = [new Fixes(lab), new Patience()];
  const recovered = await recoverStacks(lab);
  const findings = lab.stacks.some(({ state }) => state?.resources?.length)
    ? await lab.progress.step("Look at hosts, objects and volumes", () => probe(lab))
    : [];
  refuseTaken(findings);
  const changed = lab.stacks.filter(({ name }) => !options.unchanged.includes(name));
  const planned = options.agreed ? [] : await Promise.all(changed.map((stack) => plannedLosses(lab, stack)));
  await askFor([...lossesOf(findings), ...planned.flat()], options.agreed);
  const due = patience.due(findings.filter(({ passed }) => !passed));
  await repair(lab, due, fixes);
  const isAsDeclared = findings.length > 0 && findings.every(({ passed }) => passed);
  for (const stack of lab.stacks) {
    const drifted = recovered.includes(stack.name) || needsApply(due, stack);
    if (drifted || !options.unchanged.includes(stack.name)) await apply(lab, stack, drifted, fixes);
    else lab.progress.say(`✓ ${stack.name}: unchanged since the last pulumi up`);
  }
  if (!isAsDeclared || changed.length > 0) await settle(lab, { agreed: options.agreed, fixes, patience });
  await giveBackPolicies(lab.cluster, declaredBy(lab.stacks));
}

/** Compares a stack with the cluster, applies it, and waits until the whole lab is well. */
export async function applyAgain(lab: Lab, stack: Stack, agreed: boolean): Promise<void> {
  const fixes = new Fixes(lab);
  await apply(lab, stack, true, fixes);
  await settle(lab, { agreed, fixes });
}

function refuseTaken(findings: Finding[]): void {
  const blocking = findings.filter(({ trouble }) => trouble?.blocks);
  if (blocking.length > 0) throw new Failure(`A person has to decide first:\n${blocking.map(findingLine).join("\n")}`);
}

function lossesOf(findings: Finding[]): string[] {
  return findings.flatMap(({ title, trouble }) => (trouble?.loss ? [`${title}: ${trouble.loss}`] : []));
}

async function askFor(losses: string[], agreed: boolean): Promise<void> {
  if (losses.length === 0 || agreed) return;
  await confirm(
    `To bring the lab to what the stacks declare, something is lost:\n  ${losses.join("\n  ")}`,
    "lose it",
    "Agree to it with --yes.",
  );
}

async function repair(lab: Lab, findings: Finding[], fixes: Fixes): Promise<void> {
  if (!findings.some(({ trouble }) => fixes.isOpen(trouble?.fix))) return;
  await lab.progress.step("Repair what Pulumi cannot", (step) => fixes.apply(findings, step));
}

function needsApply(findings: Finding[], { name }: Stack): boolean {
  return findings.some(({ trouble }) => {
    const fix = trouble?.fix;
    // What was being deleted is gone by now.
    return (fix?.does === "apply" && fix.stack === name) || fix?.does === "finish-deletion";
  });
}

async function apply(lab: Lab, stack: Stack, refresh: boolean, fixes: Fixes): Promise<void> {
  const flags = refresh && stack.state?.resources?.length ? ["--refresh"] : [];
  await lab.progress.step(`pulumi up: ${stack.name}`, (step) => applyWatched(lab, stack, flags, fixes, step));
  stack.state = await lab.pulumi.state(stack.name);
}

export interface SettleOptions extends Pick<BringUpOptions, "agreed"> {
  /** What has been tried already. @default nothing */
  fixes?: Fixes;
  /** What has been seen already. @default nothing */
  patience?: Patience;
  /** A look at the hosts that has begun already, for the first probe. @default a new one */
  hosts?: HostLooks;
}

/** Waits until the probe finds everything good, and fixes what comes up meanwhile. */
export async function settle(
  lab: Lab,
  { agreed, fixes = new Fixes(lab), patience = new Patience(), hosts }: SettleOptions,
): Promise<void> {
  const end = Date.now() + SETTLE;
  await lab.progress.step("Probe: everything is there, and works", async (step) => {
    for (let rounds = 0; ; await delay(1000)) {
      const findings = (await probe(lab, hosts)).filter(({ passed }) => !passed);
      if (findings.length === 0) break;
      hosts = undefined;
      step.waiting(shortList(findings.map(({ title }) => title)));
      const due = patience.due(findings);
      const stacks = lab.stacks.filter((stack) => needsApply(due, stack));
      const canFix = ({ trouble }: Finding) =>
        trouble?.fix?.does === "apply" ? rounds < ROUNDS : fixes.isOpen(trouble?.fix);
      const inVain = patience.lasting(findings).filter((finding) => !canFix(finding));
      if (inVain.length > 0 || Date.now() > end || (stacks.length > 0 && rounds === ROUNDS)) {
        const which = inVain.length > 0 ? inVain : findings;
        throw new Failure(`The probe finds errors:\n${which.map(findingLine).join("\n")}`);
      }
      await fixes.apply(due, step);
      if (stacks.length === 0) continue;
      rounds++;
      await askFor(lossesOf(findings), agreed);
      for (const stack of stacks) await apply(lab, stack, true, fixes);
    }
  });
}

/** The first few of many. */
export function shortList(titles: string[]): string {
  const more = titles.length - 3;
  return more > 0 ? `${titles.slice(0, 3).join("; ")} and ${more} more` : titles.join("; ");
}
