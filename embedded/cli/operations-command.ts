import { TELLS } from "../../operations/interrupt";
import { typescript, type Lab } from "./lab";
import { exitCodeOf } from "./spawn";
import type { SandboxFacts } from "../sandbox/types";

/** Runs a verb of operations/ on the lab's stacks, in its network and with its Pulumi, and returns the exit code. */
export function operate(
  lab: Lab,
  facts: SandboxFacts,
  environment: Record<string, string>,
  verb: string[],
): Promise<number> {
  const where = ["--stack", lab.stacks.course, "--ssh-key", facts.sshKey, "--logs", lab.files.logs];
  const command = lab.sandbox.enter(typescript("operations/main.ts", [...where, ...verb]));
  return exitCodeOf(command, { env: { ...environment, [TELLS]: "1" } });
}
