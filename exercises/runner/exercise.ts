import type { Cluster } from "../cluster/kubernetes-cluster";
import { Failure, missing } from "./failure";
import type { Kind, Kinds } from "../cluster/kinds";
import { poll, type PollOptions } from "./poll";
import type { RequirementId } from "../tools/coverage";
import type { Settings } from "./course-settings";

/** Longest run of a script in a pod, in seconds; also ends one that hangs on a dead mount. */
const scriptSeconds = 60;

/** The sections of exercises, as `--section` takes them. */
export const sections = [
  "volumes",
  "classes",
  "redis",
  "workloads",
  "configuration",
  "rules",
  "states",
  "csi",
  "cloud",
] as const;

export type Section = (typeof sections)[number];

/** One check of a cluster that passes or fails. */
export interface Check {
  /** Its name for `--only`. */
  id: string;
  /** One line for reports. */
  title: string;
  /** What a pass shows, in a sentence for students. */
  proves: string;
  /** Whether it changes nothing. */
  readOnly: boolean;
  /** The objects that it needs or changes, as `kind namespace/name`. Two exercises that share one never run at once. */
  touches: (settings: Settings) => string[];
  /** Longest run, in seconds, without the cleanup after it. */
  timeoutSeconds: number;
  /** Returns if the check passes, and fails with a {@link Failure} otherwise. */
  run: (context: Context) => Promise<void>;
}

/** One check that the course asks a student to do. */
export interface Exercise extends Check {
  section: Section;
  /** The requirements that it proves, for `docs/coverage.md`. */
  covers: RequirementId[];
}

/** One thing that an exercise saw: a value, a uid, a mount line. */
export interface Evidence {
  label: string;
  value: string;
}

export interface UntilOptions extends PollOptions {
  /** Describes what is missing after a timeout. */
  missing?: () => string | Promise<string>;
  /** What to check or do next after a timeout. */
  remedy?: string | (() => string | undefined);
}

/** What a running exercise gets: the cluster, the names of the course's objects, and functions to record evidence. */
export class Context {
  readonly evidence: Evidence[] = [];
  /** What it is waiting for. */
  waitingFor?: string;
  /** To be undone after the run, last first, whether it passed or not. */
  readonly undo: { what: string; action: (context: Context) => Promise<void> }[] = [];

  /**
   * @param id The exercise's; everything that it creates carries it as a label.
   * @param signal Ends the exercise early: after its timeout, or when the user interrupts.
   * @param onWait Called with what the exercise is waiting for.
   */
  constructor(
    readonly id: string,
    readonly cluster: Cluster,
    readonly settings: Settings,
    readonly signal: AbortSignal,
    private readonly onWait: (what: string) => void = () => {},
  ) {}

  /** Records evidence; printed below the exercise's result. */
  saw(label: string, value: string): void {
    this.evidence.push({ label, value });
  }

  /** Registers a cleanup after the run, also if the run fails or is interrupted. */
  afterwards(what: string, action: (context: Context) => Promise<void>): void {
    this.undo.push({ what, action });
  }

  /** Returns an object of the course; fails if it does not exist. */
  async mustFind<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K]> {
    const found = await this.cluster.find(kind, name, namespace);
    if (!found) throw missing(`${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);
    return found;
  }

  /** Waits until `look` returns something other than `undefined`, and returns it. */
  async until<T>(what: string, options: UntilOptions, look: () => Promise<T | undefined>): Promise<T> {
    this.waits(what);
    const found = await poll(options, look, this.signal);
    if (found !== undefined) return found;
    const lacks = await options.missing?.();
    const remedy = typeof options.remedy === "function" ? options.remedy() : options.remedy;
    throw new Failure(`${what}: timed out after ${options.seconds} s${lacks ? `: ${lacks}` : ""}`, remedy);
  }

  private waits(what: string): void {
    this.waitingFor = what;
    this.onWait(what);
  }

  /**
   * Runs a shell script in a pod and returns its output; fails with the script's output if it fails. Use one script rather
   * than several: starting a command in a pod takes longer than most commands, and counts against the pod's CPU limit.
   */
  async shell(namespace: string, pod: string, script: string): Promise<string> {
    this.waits(`a command in Pod ${namespace}/${pod}`);
    const ended = await this.cluster.exec(
      namespace,
      pod,
      ["timeout", String(scriptSeconds), "sh", "-c", script],
      this.signal,
    );
    if (ended.exitCode === 0) return ended.stdout.trimEnd();
    const words = (ended.stderr || ended.stdout).trim() || "it printed nothing";
    throw new Failure(`in Pod ${namespace}/${pod}, \`${script}\` ended with exit code ${ended.exitCode}: ${words}`);
  }
}
