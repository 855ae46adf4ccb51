import type { Student } from "./students";

/**
 * Names the students of a shard whose resources its program registers, separated by commas, in a run that is limited to
 * them (`--target`): Pulumi then leaves the others' as they are. Set by the verbs of `class` alone: without such a limit
 * Pulumi would delete what is not registered.
 */
export const CHOSEN = "STORAGE_LAB_SHARD_STUDENTS";

/** The students whose resources a run registers: those that are chosen, or all. */
export function chosenStudents(students: Student[], environment: NodeJS.ProcessEnv = process.env): Student[] {
  const names = environment[CHOSEN]?.split(",");
  return names === undefined ? students : students.filter(({ name }) => names.includes(name));
}
