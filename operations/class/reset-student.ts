import { confirm } from "../../exercises/runner/run-program";
import { duration, type Step } from "../../exercises/runner/progress";
import { waitFor } from "../../exercises/runner/wait";
import { WrongUse } from "../../exercises/runner/failure";
import { type Student, writeStudents } from "../../stacks/classroom/students";
import { closest, studentNamespace } from "../../components/index";
import { applyShard, defaultShardsAtOnce, eachShard, requireAll } from "./apply-shards";
import { type ClassLab, requireMade } from "./class-lab";
import { emptyNamespaces } from "./empty-namespaces";
import { heldBy } from "./namespaces-gone";
import { waitUntilReady } from "./ready";
import { type ShardWork, shardsOf } from "./shard-stacks";
import { resetDirectories } from "./student-storage";

/** Longest wait until what a student had is gone, in seconds. */
const GOING = 180;

export interface ResetOptions {
  /** Names of students; with `all` everybody. */
  students: string[];
  all: boolean;
  /** What becomes of the data: `archive` keeps it out of the student's reach. */
  data: "archive" | "wipe";
  agreed: boolean;
}

/**
 * Gives students their labs anew: volumes, directories, password and kubeconfig. Nobody else's are touched. A reset that
 * was killed is continued by the same command.
 */
export async function resetStudents(lab: ClassLab, { students, all, data, agreed }: ResetOptions): Promise<void> {
  const start = Date.now();
  const { progress } = lab;
  requireMade(lab);
  const chosen = chosenOf(lab, students, all);
  const names = all ? `all ${chosen.length} students` : chosen.map(({ name }) => name).join(", ");
  const fate = data === "wipe" ? "deletes their data on the NAS for good" : "archives their data on the NAS";
  const what = `This removes all that ${names} have in the class ${lab.settings.class}, and ${fate}.`;
  if (!agreed) await confirm(what, all ? "all" : "reset", "Agree to it with --yes.");

  await progress.step(`What ${names} had goes`, (step) => remove(lab, chosen, step));
  await progress.step("New directories on the NAS", () => resetDirectories(lab, chosen, data));
  const again = new Set(chosen.map(({ name }) => name));
  lab.record = {
    ...lab.record,
    students: lab.record.students.map((student) =>
      again.has(student.name) ? { ...student, generation: student.generation + 1 } : student,
    ),
  };
  writeStudents(lab.file, lab.record);
  const work = shardsOf(lab).flatMap((shard): ShardWork[] => {
    const own = shard.students.filter(({ name }) => again.has(name));
    return own.length === 0 ? [] : [{ shard, students: own, refresh: true }];
  });
  const end = await progress.step(`Labs of ${names}`, (step) =>
    eachShard(work, { atOnce: defaultShardsAtOnce, step }, (each, own) => applyShard(lab, each, own)),
  );
  requireAll(end, `class reset ${students.join(" ")} -s ${lab.stack}`);
  await progress.step("Their Redis are ready", (step) => waitUntilReady(lab, again, step));
  progress.say(`✓ Reset: ${names} (${duration(Date.now() - start)}). Kubeconfigs of before open nothing any more.`);
}

function chosenOf({ record, stack }: ClassLab, names: string[], all: boolean): Student[] {
  if (all === names.length > 0) {
    throw new WrongUse(
      all ? "--all goes with no name" : "no student is named",
      "class reset NAME, or class reset --all",
    );
  }
  if (all) return record.students;
  const known = record.students.map(({ name }) => name);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0) {
    const told = wrong.map((name) => `${name} is no student of the class${closest(name, known)}`).join("; ");
    throw new WrongUse(told, `class status --all -s ${stack} lists them`);
  }
  return record.students.filter(({ name }) => names.includes(name));
}

/** Deletes namespaces and volumes, and waits until they are gone: nothing may write while the directories change. */
async function remove({ cluster, settings }: ClassLab, students: Student[], step: Step): Promise<void> {
  const namespaces = new Set(students.map(({ name }) => studentNamespace(settings.class, name)));
  for (const name of namespaces) await cluster.remove("Namespace", name);
  await emptyNamespaces(cluster, namespaces);
  const own = async () => {
    const volumes = await cluster.list("PersistentVolume");
    return volumes.filter(({ metadata, spec }) => {
      const [namespace = ""] = metadata?.name?.split(".") ?? [];
      return namespaces.has(namespace) || namespaces.has(spec?.claimRef?.namespace ?? "");
    });
  };
  const remedy = "kubectl get namespace NAME -o yaml tells what holds it; then run the same command again.";
  await waitFor("What they had to go", { timeout: GOING * 1000, interval: 500, remedy }, async () => {
    const left = (await cluster.list("Namespace")).filter(({ metadata }) => namespaces.has(metadata?.name ?? ""));
    if (left.length > 0) {
      const [first] = left;
      const missing = `${left.length} namespaces${first ? `, such as ${heldBy(first)}` : ""}`;
      step.waiting(missing);
      return { missing };
    }
    const volumes = await own();
    if (volumes.length === 0) return { done: undefined };
    // Those of the class's own StorageClass go by themselves, with their directory.
    for (const { metadata, spec } of volumes) {
      if (spec?.persistentVolumeReclaimPolicy === "Retain")
        await cluster.remove("PersistentVolume", metadata?.name ?? "");
    }
    const missing = volumes.map(({ metadata }) => metadata?.name).join(", ");
    step.waiting(missing);
    return { missing };
  });
}
