import { Failure } from "../../exercises/runner/failure";
import { preflightLines, type PreflightCheck } from "../../stacks/preflight/check";
import type { Lab, Stack } from "../lab";
import type { Patience } from "./host-preflight";
import { ConfigFailure, preflight } from "./preflight";

/** How long hosts may take to boot, in seconds. */
const BOOTING = 60;

/** Looks whether the stacks can be applied, and fails with all that is missing, before anything is changed. */
export async function requirePreflight(lab: Lab, stacks: Stack[]): Promise<void> {
  const checks = await lab.progress.step("Preflight: NAS, nodes and cluster have what is needed", async () => {
    const found = await preflight(lab, stacks, patience).catch(leaveToProgram);
    const missing = inState(found, "missing");
    if (missing.length > 0) {
      throw new Failure(
        ["This is missing; nothing was changed:", ...preflightLines(missing)].join("\n"),
        "When it is there, run the same command again.",
      );
    }
    return found;
  });
  for (const line of preflightLines(inState(checks, "warning"))) lab.progress.say(line);
}

/** A host of a stack that is made already keeps nothing else from being looked after; the probe at the end names it. */
const patience = ({ state }: Stack): Patience =>
  state?.resources?.length ? { booting: BOOTING, away: "warning" } : {};

/** The stack's program tells the errors of its config, before it changes anything; what it made before is still looked after. */
function leaveToProgram(error: unknown): PreflightCheck[] {
  if (error instanceof ConfigFailure) return [];
  throw error;
}

const inState = (checks: PreflightCheck[], wanted: PreflightCheck["state"]) =>
  checks.filter(({ state }) => state === wanted);
