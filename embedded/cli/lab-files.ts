import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { WrongUse } from "../../exercises/runner/failure";

/** The clone: where Pulumi.yaml and index.ts are. */
export const projectRoot = join(__dirname, "../..");

/** Where everything of one lab lives: `STORAGE_LAB_HOME`, or `.lab` in the clone. */
export function labHome(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment.STORAGE_LAB_HOME;
  if (home === undefined || home === "") return join(projectRoot, ".lab");
  if (!isAbsolute(home)) {
    throw new WrongUse(
      `STORAGE_LAB_HOME is "${home}", not an absolute path.`,
      `export STORAGE_LAB_HOME="$PWD/${home}"`,
    );
  }
  return home;
}

/** The files of one lab home that the command line reads or writes. */
export class LabFiles {
  readonly bin: string;
  readonly logs: string;
  readonly lock: string;
  readonly choices: string;
  readonly pulumiHome: string;
  readonly state: string;
  readonly passphrase: string;
  readonly applied: string;

  constructor(readonly home: string) {
    this.bin = join(home, "bin");
    this.logs = join(home, "logs");
    this.lock = join(home, "lock");
    this.choices = join(home, "lab.json");
    this.pulumiHome = join(home, "pulumi", "home");
    this.state = join(home, "pulumi", "state");
    this.passphrase = join(home, "pulumi", "passphrase");
    this.applied = join(home, "pulumi", "applied.json");
  }

  /** The state file of one stack, as Pulumi's file backend names it. */
  stateOf(stack: string): string {
    return join(this.state, ".pulumi", "stacks", "storage-lab", `${stack}.json`);
  }

  /** The folder of one stack's locks, as Pulumi's file backend names it. */
  locksOf(stack: string): string {
    return join(this.state, ".pulumi", "locks", "organization", "storage-lab", stack);
  }
}

/** The sandbox's stacks, in the order in which they are made. */
export type StackNames = Record<"infrastructure" | "course", string>;

/**
 * The clone's own lab has the plain names; a lab elsewhere (`STORAGE_LAB_HOME`) has its id in them, so that the config
 * files of both, which Pulumi wants next to Pulumi.yaml, do not overwrite each other.
 */
export function stackNames(home: string): StackNames {
  const suffix = suffixOf(home);
  return { infrastructure: `infrastructure-sandbox${suffix}`, course: `course-sandbox${suffix}` };
}

/** The stack of a class in the sandbox; its shards' are called after it. */
export function classStack(home: string): string {
  return `classroom-sandbox${suffixOf(home)}`;
}

function suffixOf(home: string): string {
  if (home === join(projectRoot, ".lab")) return "";
  return `-${createHash("sha256").update(home).digest("hex").slice(0, 8)}`;
}

/** The config file of a stack, next to Pulumi.yaml as Pulumi wants it. */
export function stackFile(stack: string): string {
  return join(projectRoot, `Pulumi.${stack}.yaml`);
}
