import type { Cluster } from "../cluster/kubernetes-cluster";
import { Failure, missing } from "./failure";
import type { Kind, Kinds } from "../cluster/kinds";
import { poll, type PollOptions } from "./poll";
import type { RequirementId } from "../tools/coverage";
import type { Settings } from "./course-settings";

/** Longest run of a script in a pod, in seconds: one that hangs on a dead mount ends there, too. */
const scriptSeconds = 60;

/** The parts of the course, as `--section` calls them. */
export const sections = [
  "volumes",
  "classes",
  "redis",
  "workloads",
  "configuration",
  "rules",
  "states",
  "cloud",
] as const;

export type Section = (typeof sections)[number];

/** One look at a cluster that passes or fails. */
export interface Check {
  /** What `--only` calls it. */
  id: string;
  /** One line for reports. */
  title: string;
  /** What holds when it passes, in words for a student. */
  proves: string;
  /** Whether it only looks. */
  readOnly: boolean;
  /** The objects that it needs or changes, as `kind namespace/name`. Two exercises that share one never run at once. */
  touches: (settings: Settings) => string[];
  /** Longest run, in seconds, without the tidying after it. */
  timeoutSeconds: number;
  /** Returns when what is to be proven holds, and fails with a {@link Failure} otherwise. */
  run: (context: Context) => Promise<void>;
}

/** One thing that the course asks a student to prove. */
export interface Exercise extends Check {
  section: Section;
  /** What the course asks for and this proves: the table of `docs/coverage.md` is made of it. */
  covers: RequirementId[];
}

/** One thing that an exercise saw: a value, a uid, a mount line. */
export interface Evidence {
  label: string;
  value: string;
}

export interface UntilOptions extends PollOptions {
  /** Says what is still missing when the time is up. */
  missing?: () => string | Promise<string>;
  /** What to look at or to do next when the time is up. */
  remedy?: string | (() => string | undefined);
}

/** What a running exercise gets: the cluster, the course's names, and where to put what it sees. */
export class Context {
  readonly evidence: Evidence[] = [];
  /** What it waits for now. */
  waitingFor?: string;
  /** To be undone after the run, last first, whether it passed or not. */
  readonly undo: { what: string; action: (context: Context) => Promise<void> }[] = [];

  /**
   * @param id The exercise's; everything that it creates carries it as a label.
   * @param signal Ends the exercise early: its time is up, or the user gave up.
   * @param onWait Hears what the exercise waits for now.
   */
  constructor(
    readonly id: string,
    readonly cluster: Cluster,
    readonly settings: Settings,
    readonly signal: AbortSignal,
    private readonly onWait: (what: string) => void = () => {},
  ) {}

  /** Records what was seen; printed under the exercise's line. */
  saw(label: string, value: string): void {
    this.evidence.push({ label, value });
  }

  /** Registers what must be undone after the run, also when the run fails or is given up. */
  afterwards(what: string, action: (context: Context) => Promise<void>): void {
    this.undo.push({ what, action });
  }

  /** An object of the course, as the cluster has it; fails when it is not there. */
  async mustFind<K extends Kind>(kind: K, name: string, namespace?: string): Promise<Kinds[K]> {
    const found = await this.cluster.find(kind, name, namespace);
    if (!found) throw missing(`${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);
    return found;
  }

  /** Waits until `look` answers something other than `undefined`, and answers that. */
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
   * Runs a shell script in a pod and returns its output; fails with the script's own words when it fails. One script
   * rather than many: starting a command in a pod costs far more than most commands do, and counts against the pod's
   * own CPU limit.
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
