import type { Text } from "./text";

/** Advice for who did not do it yet. The id is what tests compare. */
export interface Hint extends Text {
  id: string;
}

/**
 * The student's work is not as the exercise asks for. Whatever else a check throws says nothing about the work: then it could
 * not be graded.
 */
export class NotMet extends Error {
  /**
   * @param reason What was found, and what was expected.
   * @param hint What to look at or to do next.
   * @param isMissing Whether there is nothing yet, of which more could be said.
   */
  constructor(
    readonly reason: Text,
    readonly hint: Hint,
    readonly isMissing = false,
  ) {
    super(reason.en);
    this.name = "NotMet";
  }
}

/** The first object of an exercise is not there: it was not begun, or not under this name. */
export function notThere(object: string): NotMet {
  return new NotMet({ en: `there is no ${object}`, zh: `没有 ${object}` }, MISSING, true);
}

export const MISSING: Hint = {
  id: "missing",
  en: "Make it, with exactly this name: names are part of the exercise.",
  zh: "请创建它，名称必须完全一致：名称也是练习的一部分。",
};
