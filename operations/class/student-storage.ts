import { type HostCheck, studentDirectoriesScript, studentNamespace, studentUsage } from "../../components/index";
import { Failure } from "../../exercises/runner/failure";
import type { Student } from "../../stacks/classroom/students";
import { hostChecksOf } from "../pulumi/deployment";
import type { ClassLab } from "./class-lab";

/** Longest look at all directories, and longest work on one, in seconds: an old archive is deleted with it. */
const LOOK = 60;
const WORK = 600;

/** What a student has stored, and how much fits, in bytes. */
export interface Usage {
  used: number;
  limit: number;
}

/** The script that has made the students' directories, with its values; undefined where no SSH leads to the NAS. */
export function directoriesCheck({ state }: ClassLab): HostCheck | undefined {
  return hostChecksOf(state)?.find(({ script }) => script === "student-directories");
}

/** What students have stored; nothing of those that nothing counts. */
export async function usageOf(lab: ClassLab): Promise<Map<string, Usage>> {
  const check = directoriesCheck(lab);
  const usage = new Map<string, Usage>();
  if (!check) return usage;
  const ended = await lab.hosts.run(check, studentDirectoriesScript("usage", check), "usage", LOOK);
  if (ended.exitCode !== 0) {
    lab.progress.say(`! what students have stored is not known: ${ended.error}`);
    return usage;
  }
  const names = new Map(lab.record.students.map(({ name }) => [studentNamespace(lab.settings.class, name), name]));
  for (const { namespace, bytes, limit } of studentUsage(ended.stdout).students) {
    const name = names.get(namespace);
    if (name !== undefined && bytes !== null) usage.set(name, { used: bytes, limit: limit ?? 0 });
  }
  return usage;
}

/** Makes students' directories anew; what is in them is archived out of everybody's reach, or deleted. */
export async function resetDirectories(lab: ClassLab, students: Student[], data: "archive" | "wipe"): Promise<void> {
  const check = directoriesCheck(lab);
  if (!check) {
    throw new Failure(
      `the stack ${lab.stack} has made no directories on a NAS, so none can be made anew`,
      `Bring it up first: class up -s ${lab.stack}`,
    );
  }
  for (const { name } of students) {
    const action = `${data}-student` as const;
    const text = studentDirectoriesScript(action, check, studentNamespace(lab.settings.class, name));
    const ended = await lab.hosts.run(check, text, action, WORK);
    if (ended.exitCode !== 0) {
      const remedy = "Its lab is down. When the cause is gone, run the same command again.";
      throw new Failure(`the directory of ${name} on ${check.host} was not made anew: ${ended.error}`, remedy);
    }
  }
}
