import type { HostCheck } from "../../components/index";
import { pathBelow } from "../../components/nfs/export-pod";
import { makesDirectories } from "../../components/nfs/script-text";
import {
  LESSON_SNAPSHOT,
  snapshotNameError,
  snapshotScript,
  snapshotsIn,
  type Snapshot,
  type SnapshotAction,
} from "../../components/nfs/nfs-snapshot";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import { unreachable, type Hosts } from "../hosts/hosts";
import { hostChecksOf } from "../pulumi/deployment";
import type { Scope } from "./scope";

/** Longest look at the snapshots, and longest copy of the directories, in seconds. */
const lookSeconds = 20;
const copySeconds = 3600;

/** What the command line says about the data. */
export interface DataChoices {
  /** Keep the present data under this name first. */
  save?: string;
  /** Put back the data of this snapshot. @default the lesson's */
  from?: string;
}

/** What becomes of the static directories, as names below the export. */
export interface DirectoryPlan {
  save?: string;
  /** Whether `save` takes the place of an earlier snapshot. */
  replaces?: Snapshot;
  /** The directories that get the snapshot's data, and that. */
  restored: string[];
  snapshot?: string;
  /** The directories that are emptied: they are in no snapshot of the lesson. */
  emptied: string[];
}

/** The directories of a course on the NAS, and the snapshots of them. */
export class Directories {
  constructor(
    private readonly hosts: Hosts,
    private readonly check: HostCheck,
    private readonly stack: string,
  ) {}

  /** Undefined for a course without static directories. */
  static of(hosts: Hosts, { course }: Pick<Scope, "course">): Directories | undefined {
    const check = hostChecksOf(course.state)?.find(({ script }) => makesDirectories(script));
    return check && new Directories(hosts, check, course.name);
  }

  /** Those that are in scope: all, or those of the sections' volumes. */
  inScope({ sections, objects }: Pick<Scope, "sections" | "objects">): string[] {
    const paths = objects.flatMap(({ kind, inputs }) => {
      const { nfs } = (inputs.spec ?? {}) as { nfs?: { path?: string } };
      return kind === "PersistentVolume" && nfs?.path !== undefined ? [nfs.path] : [];
    });
    const { values, pod } = this.check;
    const root = String(values.EXPORT_PATH);
    const all = (values.DIRECTORIES as string[]).map((path) => path.slice(root.length + 1));
    // A pod has the export elsewhere than the volumes say.
    return sections === undefined ? all : all.filter((name) => paths.includes(pathBelow(pod?.path ?? root, name)));
  }

  async snapshots(): Promise<Snapshot[]> {
    return snapshotsIn(await this.run("list"));
  }

  async removeSnapshot(name: string): Promise<void> {
    requireName(name);
    await this.run("remove", { snapshot: name });
  }

  /** Makes sure that they are there as the stack has made them, with owner and mode. */
  async repair(): Promise<void> {
    const { exitCode, error } = await this.hosts.apply(this.check);
    if (exitCode !== 0) throw new Failure(`${this.check.host}: ${error}`);
  }

  async ensure(): Promise<void> {
    const { passed, trouble } = await this.hosts.look(this.check, this.stack);
    if (trouble?.fix?.does === "apply") throw new Failure(trouble.reason, "Bring the stack up first: up.");
    if (!passed) await this.repair();
  }

  async save(directories: string[], snapshot: string): Promise<void> {
    await this.run("save", { directories, snapshot });
  }

  /** Puts the data back, and then owner and mode. Nothing may use the directories meanwhile. */
  async reset({ restored, snapshot, emptied, save }: DirectoryPlan): Promise<void> {
    if (restored.length > 0 && snapshot !== save) await this.run("restore", { directories: restored, snapshot });
    if (emptied.length > 0) await this.run("empty", { directories: emptied });
    await this.repair();
  }

  private async run(
    action: SnapshotAction,
    about: { directories?: string[]; snapshot?: string } = {},
  ): Promise<string> {
    const text = snapshotScript(action, { check: this.check, ...about });
    const ended = await this.hosts.run(this.check, text, action, action === "list" ? lookSeconds : copySeconds);
    if (!ended.reached) {
      const { reason, remedy } = unreachable(this.check, ended);
      throw new Failure(reason, remedy);
    }
    if (ended.exitCode !== 0) throw new Failure(`${this.check.host}: ${ended.error}`);
    return ended.stdout;
  }
}

/**
 * Decides what becomes of the directories in scope.
 *
 * @throws {@link WrongUse} for names that cannot be saved, or put back.
 */
export function planDirectories(
  directories: string[],
  snapshots: Snapshot[],
  { save, from }: DataChoices,
  { sections }: Pick<Scope, "sections">,
): DirectoryPlan {
  if (directories.length === 0 && (save !== undefined || from !== undefined))
    throw new WrongUse("there are no directories on the NAS in what is reset: nothing to keep or to put back");
  const named = (name: string) => snapshots.find((snapshot) => snapshot.name === name);
  if (save !== undefined) requireSavable(save, named(save), sections);
  const snapshot = from ?? LESSON_SNAPSHOT;
  requireName(snapshot);
  const kept = snapshot === save ? directories : (named(snapshot)?.directories ?? []);
  const holds = (name: string) => kept.some((each) => name === each || name.startsWith(`${each}/`));
  const lacking = directories.filter((name) => !holds(name));
  if (from !== undefined && lacking.length > 0) {
    throw new WrongUse(
      named(from) ? `the snapshot ${from} has no ${lacking.join(", ")}` : `there is no snapshot ${from}`,
      named(from) ? "Name with --section what it has." : `There are: ${namesOf(snapshots)}`,
    );
  }
  return {
    save,
    replaces: save === undefined ? undefined : named(save),
    restored: directories.filter(holds),
    snapshot: directories.some(holds) ? snapshot : undefined,
    emptied: lacking,
  };
}

function requireName(name: string): void {
  const error = snapshotNameError(name);
  if (error !== undefined) throw new WrongUse(error);
}

function requireSavable(name: string, existing: Snapshot | undefined, sections: string[] | undefined): void {
  requireName(name);
  if (name === LESSON_SNAPSHOT && sections !== undefined)
    throw new WrongUse(`the snapshot ${LESSON_SNAPSHOT} is of the whole course`, "Leave --section out.");
  if (existing && name !== LESSON_SNAPSHOT) {
    throw new WrongUse(
      `there is a snapshot ${name} already, saved at ${existing.savedAt}`,
      "If that was by a reset that was interrupted: leave --save out. Otherwise use another name, or --remove it first.",
    );
  }
}

function namesOf(snapshots: Snapshot[]): string {
  return snapshots.map(({ name }) => name).join(", ") || "none";
}
