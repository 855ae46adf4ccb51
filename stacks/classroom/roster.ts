import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { dnsLabelError, studentNamespace } from "../../components/index";
import { capacityError } from "./student-rules";
import { csvRows } from "./roster-csv";
import { RosterError, type RosterProblem } from "./roster-error";
import { FORM, type RosterRow, type RosterRows } from "./roster-rows";
import { decodeRoster } from "./roster-text";
import { yamlRows } from "./roster-yaml";
import { foldedName, labelOf } from "./student-label";

/** A student as the teacher's roster has it. */
export interface RosterStudent {
  /** The label that goes into the name of the namespace: given, or made from the real name alone. */
  name: string;
  /** The name as written, where that is another one. */
  realName?: string;
  group?: string;
  /** In place of the class's. */
  capacity?: string;
  /** Whether the roster gave the label. */
  labelled: boolean;
  /** Where it is in the file. */
  line: number;
}

/** Longest name and group, in characters. */
const LONGEST = 100;

/**
 * Reads a roster, by its ending in CSV or YAML. Throws one `RosterError` with every error of it.
 *
 * @param className What goes before a student's label in the name of the namespace.
 */
export function readRoster(file: string, className: string): RosterStudent[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const what = `cannot be read: ${(error as Error).message}. Correct its path.`;
    throw new RosterError(file, [{ kind: FORM, what }]);
  }
  return parseRoster(bytes, { file, className });
}

/** As `readRoster`, of a file's content. */
export function parseRoster(
  bytes: Uint8Array,
  { file, className }: { file: string; className: string },
): RosterStudent[] {
  const read = rowsOf(bytes, file);
  const { students, problems } = studentsOf(read.rows, className);
  const all = [...read.problems, ...problems];
  if (all.length === 0 && students.length === 0) {
    all.push({
      kind: FORM,
      what: "has no students in it. Name at least one: in CSV below the header name, in YAML - 张伟.",
    });
  }
  if (all.length > 0) throw new RosterError(file, all);
  return students;
}

function rowsOf(bytes: Uint8Array, file: string): RosterRows {
  const read = { ".csv": csvRows, ".yaml": yamlRows, ".yml": yamlRows }[extname(file).toLowerCase()];
  if (!read) {
    const what = "is neither CSV nor YAML by its ending. Name it so that it ends in .csv or .yaml.";
    return { rows: [], problems: [{ kind: FORM, what }] };
  }
  const decoded = decodeRoster(bytes);
  return "problem" in decoded ? { rows: [], problems: [decoded.problem] } : read(decoded.text);
}

function studentsOf(rows: RosterRow[], className: string): { students: RosterStudent[]; problems: RosterProblem[] } {
  const students: RosterStudent[] = [];
  const problems: RosterProblem[] = [];
  const byLabel = new Map<string, { written: string; line: number; labelled: boolean }>();
  for (const { line, fields } of rows) {
    const written = fields.name?.trim() ?? "";
    const problem = (kind: string, what: string) => problems.push({ kind, line, name: written, what });
    const { group, capacity, label } = fields;
    const nameProblem = nameError(written);
    if (nameProblem !== undefined) problem("Name", nameProblem);
    if (group !== undefined && group.length > LONGEST) {
      problem("Group", `has a group of ${group.length} characters. Write ${LONGEST} at most.`);
    }
    const wrongCapacity = capacity === undefined ? undefined : capacityError(capacity);
    if (wrongCapacity !== undefined) problem("Capacity", `has a wrong capacity: ${wrongCapacity}.`);
    if (nameProblem !== undefined) continue;

    const labelled = label !== undefined;
    const name = label ?? labelOf(written);
    const wrongLabel = labelled ? dnsLabelError(label) : undefined;
    if (wrongLabel !== undefined) {
      problem("Label", `has a wrong label: ${wrongLabel}.`);
      continue;
    }
    const namespace = studentNamespace(className, name);
    if (namespace.length > 63) {
      const longest = 63 - studentNamespace(className, "").length;
      const whose = labelled ? "has" : "gets";
      problem(
        "Too long together with the class's name",
        `${whose} the label ${name}, which makes the namespace ${namespace} of ${namespace.length} characters, and 63 are the most. ` +
          `Give it a label of at most ${longest}.`,
      );
      continue;
    }
    const first = byLabel.get(name);
    if (first) {
      problem("Twice", twiceError(name, { written, labelled }, first, freeLabel(name, byLabel)));
      continue;
    }
    byLabel.set(name, { written, line, labelled });
    students.push({
      name,
      ...(written !== name && { realName: written }),
      ...(group !== undefined && { group }),
      ...(capacity !== undefined && { capacity }),
      labelled,
      line,
    });
  }
  return { students, problems };
}

function nameError(name: string): string | undefined {
  if (name === "") return "the name is missing. Write it, or take the line out.";
  if (/\p{Cc}/u.test(name)) return "has a line break or another control character in it. Take it out.";
  if (!/[\p{L}\p{N}\p{S}]/u.test(name)) return "has no letter and no digit in it. Write a name.";
  return name.length > LONGEST ? `has ${name.length} characters. Write ${LONGEST} at most.` : undefined;
}

type Labelled = { written: string; labelled: boolean };

/** Offered, never taken: it depends on the others. */
function freeLabel(label: string, taken: ReadonlyMap<string, unknown>): string {
  let number = 2;
  while (taken.has(`${label}-${number}`)) number++;
  return `${label}-${number}`;
}

function twiceError(
  label: string,
  { written, labelled }: Labelled,
  first: Labelled & { line: number },
  free: string,
): string {
  const there = `line ${first.line}`;
  const two = `or, if these are two students, give one of them a label of its own (column or key label), such as ${free}`;
  if (!labelled && !first.labelled && written === first.written) return `is in ${there} already. Take one out; ${two}.`;
  if (!labelled && !first.labelled && foldedName(written) === foldedName(first.written)) {
    return `is the name ${JSON.stringify(first.written)} of ${there}, written in another way. Take one out; ${two}.`;
  }
  return (
    `${labelled ? "has" : "gets"} the label ${label}, as ${JSON.stringify(first.written)} in ${there} does. ` +
    `Give one of the two another label (column or key label), such as ${free}.`
  );
}
