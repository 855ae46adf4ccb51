import { WrongUse } from "../../exercises/runner/failure";
import { gradedExercises } from "../exercises/exercises";
import type { Exercise } from "./exercise";
import { loadExercises } from "./load-exercises";

/**
 * The exercises that the command line asks for.
 *
 * @param exercise Ids. @default all
 * @param exercises File or folder of a teacher's own.
 */
export function chooseExercises({
  exercise: ids,
  exercises: path,
}: {
  exercise?: string[];
  exercises?: string;
}): Exercise[] {
  const own = path === undefined ? [] : loadExercises(path);
  const all = [...gradedExercises, ...own];
  const twice = own.find(({ id }, index) => all.findIndex((each) => each.id === id) !== gradedExercises.length + index);
  if (twice) throw new WrongUse(`--exercises: there are two exercises ${twice.id}`, "give yours another id");
  const known = all.map(({ id }) => id);
  const unknown = ids?.filter((id) => !known.includes(id)) ?? [];
  if (unknown.length > 0)
    throw new WrongUse(`--exercise: no exercise: ${unknown.join(", ")}`, `choose among ${known.join(", ")}`);
  return ids === undefined ? all : all.filter(({ id }) => ids.includes(id));
}
