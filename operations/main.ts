import { Command, CommanderError } from "commander";
import { Failure } from "../exercises/runner/failure";
import { Progress } from "../exercises/runner/progress";
import { isLive } from "../exercises/runner/status-line";
import { endCleanlyOnSignals } from "./interrupt";
import { withLab as openLab, type Lab, type LabOptions } from "./lab";
import { destroy } from "./verbs/destroy";
import { probe } from "./verbs/probe";
import { reset } from "./verbs/reset";
import { up } from "./verbs/up";

/** Opens the lab that the command line names and runs a verb on it; what it returns is the exit code, by default 0. */
export type WithLab = (work: (lab: Lab) => Promise<number | void>) => Promise<void>;

const progress = new Progress(process.stderr, { live: isLive(process.stderr) });
let exitCode = 0;

const command = new Command("storage-lab")
  .description("What keeps a lab of these stacks as they declare it, on hosts and a cluster of your own.")
  .requiredOption("-s, --stack <name>", "the stack: a course, or an infrastructure alone")
  .option("--ssh-key <file>", "private key for the hosts (default: the stack's secret sshPrivateKey)")
  .option("--logs <folder>", "where Pulumi's output is kept (default: .storage-lab/logs)")
  .addHelpText("after", "\nExit codes: 0 success, 1 something is not as it should be, 2 wrong usage.");

const withLab: WithLab = async (work) => {
  exitCode = (await openLab(command.opts<LabOptions>(), progress, work)) ?? 0;
};

for (const verb of [up, probe, reset, destroy]) {
  const child = verb(withLab);
  child.copyInheritedSettings(command);
  command.addCommand(child);
}
command.exitOverride();
for (const child of command.commands) child.exitOverride();

async function main(): Promise<number> {
  const { whenInterrupted } = endCleanlyOnSignals(progress);
  try {
    await command.parseAsync();
    await whenInterrupted();
    return exitCode;
  } catch (error) {
    await whenInterrupted();
    // Commander has said what is wrong, or shown its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = error instanceof Failure ? error : new Failure(`unexpected: ${(error as Error).message}`);
    process.stderr.write(failure.text);
    return failure.exitCode;
  }
}

void main().then((code) => process.exit(code));
