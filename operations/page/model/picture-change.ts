import type { Picture, PictureChange } from "./line";

/** How much news is kept. */
export const NEWS = 100;

/** What the page already has, as text: equal things are sent once. */
export class Shown {
  private readonly lines = new Map<string, string>();
  private readonly groups = new Map<string, string>();
  private readonly grades = new Map<string, string>();

  /** What is new since the last call. */
  update({ lines, groups, grades }: Pick<Picture, "lines" | "groups" | "grades">): PictureChange {
    const changed = changedOf(this.lines, lines);
    const changedGroups = changedOf(this.groups, groups);
    const changedGrades = changedOf(this.grades, grades);
    return {
      ...(changed.found.length > 0 && { lines: changed.found }),
      ...(changed.gone.length > 0 && { gone: changed.gone }),
      ...(changedGroups.found.length > 0 && { groups: changedGroups.found }),
      ...(changedGroups.gone.length > 0 && { goneGroups: changedGroups.gone }),
      ...(changedGrades.found.length > 0 && { grades: changedGrades.found }),
      ...(changedGrades.gone.length > 0 && { goneGrades: changedGrades.gone }),
    };
  }
}

function changedOf<T>(before: Map<string, string>, now: Record<string, T>): { found: T[]; gone: string[] } {
  const found = Object.entries(now).flatMap(([id, value]) => {
    const text = JSON.stringify(value);
    if (before.get(id) === text) return [];
    before.set(id, text);
    return [value];
  });
  const gone = [...before.keys()].filter((id) => !Object.hasOwn(now, id));
  for (const id of gone) before.delete(id);
  return { found, gone };
}

/** The picture after a change; what has not changed is the very same object. */
export function changed(picture: Picture, change: PictureChange): Picture {
  const { lines, gone, groups, goneGroups, news, grades, goneGrades, ...rest } = change;
  return {
    ...picture,
    ...rest,
    lines: lines || gone ? merged(picture.lines, lines, gone, ({ id }) => id) : picture.lines,
    groups: groups || goneGroups ? merged(picture.groups, groups, goneGroups, ({ name }) => name) : picture.groups,
    grades: grades || goneGrades ? merged(picture.grades, grades, goneGrades, ({ name }) => name) : picture.grades,
    news: news ? [...picture.news, ...news].slice(-NEWS) : picture.news,
  };
}

function merged<T>(before: Record<string, T>, found: T[] = [], gone: string[] = [], idOf: (value: T) => string) {
  const result = { ...before };
  for (const value of found) result[idOf(value)] = value;
  for (const id of gone) delete result[id];
  return result;
}
