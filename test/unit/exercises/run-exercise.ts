import { exercises } from "../../../exercises/sections/exercises";
import type { Cluster } from "../../../exercises/cluster/kubernetes-cluster";
import { type Result, runExercises } from "../../../exercises/runner/run-exercises";
import { courseSettings } from "../../../exercises/runner/course-settings";

/** Runs the course's exercise of that name on a cluster in memory. */
export async function runExercise(id: string, cluster: Cluster): Promise<Result> {
  const settings = { ...courseSettings, toolsImage: "tools" };
  const [result] = await runExercises(
    exercises.filter((exercise) => exercise.id === id),
    cluster,
    settings,
  );
  if (!result) throw new Error(`no exercise ${id}`);
  return result;
}

/** What an exercise saw, one line a fact. */
export function seen({ evidence }: Result): string {
  return evidence.map(({ label, value }) => `${label}: ${value}`).join("\n");
}
