import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from "yaml";
import { closest } from "../../components/index";
import type { RosterProblem } from "./roster-error";
import { FORM, isField, ROSTER_FIELDS, type RosterRow, type RosterRows, UNKNOWN } from "./roster-rows";

const EXAMPLE = "Write a list: - { name: 张伟, group: a }";

/** Reads a roster in YAML: a list, or one below the key `students`; an entry is a name, or has the keys of a roster. */
export function yamlRows(text: string): RosterRows {
  const lines = new LineCounter();
  // All is text: as a number, 007 would lose its zeros.
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const lineOf = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : undefined);
  if (document.errors.length > 0) {
    const problems = document.errors.map<RosterProblem>(({ message, pos }) => ({
      kind: FORM,
      line: lines.linePos(pos[0]).line,
      what: `cannot be read as YAML: ${message}. ${EXAMPLE}.`,
    }));
    return { rows: [], problems };
  }
  const problems: RosterProblem[] = [];
  const root = document.contents as Node | null;
  if (root === null || (isScalar(root) && root.value === "")) return { rows: [], problems };
  const list = isMap(root) ? listIn(root, lineOf, problems) : root;
  if (!isSeq(list)) {
    if (problems.length === 0) problems.push({ kind: FORM, line: lineOf(list), what: `is no list. ${EXAMPLE}.` });
    return { rows: [], problems };
  }
  const rows = (list.items as (Node | null)[]).flatMap<RosterRow>((item) => {
    const line = lineOf(item) ?? 0;
    if (isScalar(item)) return [{ line, fields: { name: String(item.value) } }];
    if (isMap(item)) return [{ line, fields: fieldsOf(item, lineOf, problems) }];
    problems.push({ kind: FORM, line, what: `is neither a name nor keys and values. ${EXAMPLE}.` });
    return [];
  });
  return { rows, problems };
}

type LineOf = (node: Node | null | undefined) => number | undefined;

/** The list below `students`, which is the only key. */
function listIn(root: YAMLMap, lineOf: LineOf, problems: RosterProblem[]): Node | null | undefined {
  for (const { key } of root.items) {
    const name = textOf(key as Node) ?? "";
    if (name === "students") continue;
    const what = `${JSON.stringify(name)} is not a key of a roster${closest(name, ["students"])} Take it out, or correct it.`;
    problems.push({ kind: UNKNOWN, line: lineOf(key as Node), what });
  }
  const list = root.get("students", true) as Node | undefined;
  if (list === undefined && problems.length === 0) {
    problems.push({ kind: FORM, line: lineOf(root), what: `has no key students. ${EXAMPLE}, below students.` });
  }
  return list;
}

function fieldsOf(item: YAMLMap, lineOf: LineOf, problems: RosterProblem[]): RosterRow["fields"] {
  const name = textOf(item.get("name", true));
  const fields: RosterRow["fields"] = {};
  for (const { key, value } of item.items) {
    const line = lineOf(key as Node);
    const field = textOf(key as Node) ?? "";
    const text = value === null ? "" : textOf(value as Node);
    if (!isField(field)) {
      const what = `has the key ${JSON.stringify(field)}, which is not one of a roster${closest(field, ROSTER_FIELDS)} Take it out, or correct it.`;
      problems.push({ kind: UNKNOWN, line, name, what });
    } else if (text === undefined) {
      problems.push({ kind: FORM, line, name, what: `has ${field} that is no text. Write one value there.` });
    } else if (text !== "") {
      fields[field] = text;
    }
  }
  return fields;
}

function textOf(node: Node | undefined): string | undefined {
  if (isAlias(node) || !isScalar(node)) return undefined;
  return String(node.value).trim();
}
