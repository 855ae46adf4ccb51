import type { RosterProblem } from "./roster-error";

/** What a roster says of a student; all but the name may be left out. */
export const ROSTER_FIELDS = ["name", "group", "capacity", "label"] as const;
export type RosterField = (typeof ROSTER_FIELDS)[number];

/** One student as a roster has it. */
export interface RosterRow {
  line: number;
  fields: Partial<Record<RosterField, string>>;
}

export interface RosterRows {
  rows: RosterRow[];
  problems: RosterProblem[];
}

export const isField = (text: string): text is RosterField => (ROSTER_FIELDS as readonly string[]).includes(text);

/** The kinds of errors of a file's form. */
export const FORM = "The file's form";
export const UNKNOWN = "Not a column or key of a roster";
