import { Command, Option } from "commander";
import { Progress } from "../exercises/runner/progress";
import { isLive } from "../exercises/runner/status-line";
import { outliveReaders } from "./closed-output";
import { explain } from "./explain-error";
import { endCleanlyOnSignals } from "./interrupt";
import {
  defaultLogs,
  readStacks,
  withHosts as openHosts,
  withLab as openLab,
  type HostsAndStacks,
  type Lab,
  type LabOptions,
  type Stacks,
} from "./lab";
import { withClass as openClass } from "./class/class-lab";
import { classCommand, type WithClass } from "./verbs/class";
import { check } from "./verbs/check";
import { grade } from "./verbs/grade";
import { withPageLab as openPageLab } from "./page/page-lab";
import { destroy } from "./verbs/destroy";
import { page, type WithPageLab } from "./verbs/page";
import { preflight } from "./verbs/preflight";
import { probe } from "./verbs/probe";
import { repairVolume } from "./verbs/repair-volume";
import { reset } from "./verbs/reset";
import { up } from "./verbs/up";
import { verify } from "./verbs/verify";

/** Opens the lab that the command line names and runs a verb on it; what it returns is the exit code, by default 0. */
export type WithLab = (work: (lab: Lab) => Promise<number | void>) => Promise<void>;

/** The same for a verb that needs no host, and a cluster only where it connects to it. */
export type WithStacks = (work: (stacks: Stacks) => Promise<number | void>) => Promise<void>;

/** The same for a verb that also looks at hosts. */
export type WithHosts = (work: (lab: HostsAndStacks) => Promise<number | void>) => Promise<void>;

/** The same for a verb that needs no stack. */
export type WithNothing = (work: () => Promise<number>) => Promise<void>;

const progress = new Progress(process.stderr, { live: isLive(process.stderr) });
let exitCode = 0;

const command = new Command("storage-lab")
  .description("What keeps a lab of these stacks as they declare it, on hosts and a cluster of your own.")
  // All verbs need it but the student's.
  .option("-s, --stack <name>", "the stack: a course, an infrastructure alone, or a class")
  .option("--ssh-key <file>", "private key for the hosts (default: the stacks' secret sshPrivateKey)")
  // For ./lab, which has made both.
  .addOption(new Option("--builds-on <stack>").hideHelp())
  .option("--logs <folder>", "where Pulumi's output is kept (default: .storage-lab/logs)")
  .addHelpText("after", "\nExit codes: 0 success, 1 something is not as it should be, 2 wrong usage.");

const options = (): LabOptions => {
  const { stack, ...rest } = command.opts<Partial<LabOptions>>();
  return { ...rest, stack: stack ?? command.error("error: required option '-s, --stack <name>' not specified") };
};

const withLab: WithLab = async (work) => {
  exitCode = (await openLab(options(), progress, work)) ?? 0;
};

const withStacks: WithStacks = async (work) => {
  exitCode = (await work(await readStacks(options()))) ?? 0;
};

const withHosts: WithHosts = async (work) => {
  exitCode = (await openHosts(options(), progress, work)) ?? 0;
};

const withClass: WithClass = async (work) => {
  exitCode = (await openClass(options(), progress, work)) ?? 0;
};

const withNothing: WithNothing = async (work) => {
  exitCode = await work();
};

const withPageLab: WithPageLab = async (work) => {
  exitCode = (await openPageLab(options(), progress, work)) ?? 0;
};

const verbs = [
  preflight(withHosts),
  up(withLab),
  probe(withLab),
  verify(withStacks),
  reset(withLab),
  repairVolume(withStacks),
  destroy(withLab),
  classCommand(withClass),
  grade(withClass),
  check(withNothing),
  page(withPageLab),
];
for (const child of verbs) {
  child.copyInheritedSettings(command);
  command.addCommand(child);
}
overrideExits(command);

/** No command ends the process by itself. */
function overrideExits(parent: Command): void {
  parent.exitOverride();
  for (const child of parent.commands) overrideExits(child);
}

async function main(): Promise<number> {
  // Meant for this process alone: Pulumi runs the stacks' program with the user's own environment.
  delete process.env.TSX_TSCONFIG_PATH;
  outliveReaders();
  const { whenInterrupted } = endCleanlyOnSignals(progress);
  try {
    await command.parseAsync();
    await whenInterrupted();
    return exitCode;
  } catch (error) {
    await whenInterrupted();
    const { text, exitCode: code } = explain(error, () => command.opts<LabOptions>().logs ?? defaultLogs);
    process.stderr.write(text);
    return code;
  }
}

void main().then((code) => process.exit(code));
