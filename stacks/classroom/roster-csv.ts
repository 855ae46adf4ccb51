import { type CsvError, type Info, parse } from "csv-parse/sync";
import { closest } from "../../components/index";
import type { RosterProblem } from "./roster-error";
import {
  FORM,
  isField,
  ROSTER_FIELDS,
  type RosterField,
  type RosterRow,
  type RosterRows,
  UNKNOWN,
} from "./roster-rows";

/** Reads a roster in CSV: its first line names the columns; "," or ";" or a tab is between fields. */
export function csvRows(text: string): RosterRows {
  const unread: CsvError[] = [];
  const records = parse(text, {
    delimiter: delimiterOf(text),
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => void (error && unread.push(error)),
  }) as unknown as { info: Info; record: string[] }[];
  const problems = problemsOf(unread, Math.max(0, ...records.map(({ info }) => info.lines)));
  const [header, ...others] = records.filter(({ record }) => record.some((field) => field !== ""));
  if (!header) return { rows: [], problems };
  const columns = columnsOf(header.record, header.info.lines);
  problems.push(...columns.problems);
  if (!columns.names.includes("name")) return { rows: [], problems };
  const rows = others.flatMap<RosterRow>(({ record, info: { lines: line } }) => {
    if (record.length <= header.record.length) return [{ line, fields: fieldsOf(record, columns.names) }];
    const name = record[columns.names.indexOf("name")];
    const what = `has ${record.length} fields, and the header ${header.record.length}. Put a field with a separator in it in quotes ("…").`;
    problems.push({ kind: FORM, line, name, what });
    return [];
  });
  return { rows, problems };
}

/** As in the header, whose names have none of them. */
function delimiterOf(text: string): string {
  const header = text.trimStart().split(/\r?\n/, 1)[0] ?? "";
  return [",", ";", "\t"].find((each) => header.includes(each)) ?? ",";
}

function columnsOf(header: string[], line: number): { names: (RosterField | undefined)[]; problems: RosterProblem[] } {
  const written = header.map((each) => each.toLowerCase());
  const names = written.map((each) => (isField(each) ? each : undefined));
  const example = `Write the columns' names there: ${ROSTER_FIELDS.join(",")} (only name is needed).`;
  if (names.every((each) => each === undefined)) {
    const what = `the header is missing: ${JSON.stringify(header.join(","))} names no column. ${example}`;
    return { names, problems: [{ kind: FORM, line, what }] };
  }
  const problems = header.flatMap<RosterProblem>((text, index) => {
    if (text === "") return [];
    const name = names[index];
    if (name === undefined) {
      const what = `the column ${JSON.stringify(text)} is not one of a roster${closest(text, ROSTER_FIELDS)} Take it out, or correct it.`;
      return [{ kind: UNKNOWN, line, what }];
    }
    if (names.indexOf(name) === index) return [];
    return [{ kind: FORM, line, what: `the column ${name} is there twice. Take one out.` }];
  });
  if (!names.includes("name")) {
    problems.push({ kind: FORM, line, what: `the column name is missing. ${example}` });
  }
  return { names, problems };
}

function fieldsOf(record: string[], names: (RosterField | undefined)[]): RosterRow["fields"] {
  return Object.fromEntries(
    record.flatMap((text, index) => (names[index] && text !== "" ? [[names[index], text]] : [])),
  );
}

/**
 * Where lines cannot be read as CSV: quotes.
 *
 * @param lastLine The last one that could. A quote without an end takes all that comes after its beginning.
 */
function problemsOf(errors: CsvError[], lastLine: number): RosterProblem[] {
  const lines = new Map(errors.map((error) => [(error as unknown as { lines: number }).lines, error]));
  return [...lines].map(([line, { code, message }], index, all) => {
    if (code === "CSV_QUOTE_NOT_CLOSED") {
      const before = Math.max(lastLine, ...all.slice(0, index).map(([each]) => each));
      return {
        kind: FORM,
        line: before + 1,
        what: 'a quote (") that begins here does not end. End it, or take it out.',
      };
    }
    const what = `cannot be read as CSV (${message}). Put the field in quotes, and write a quote in it twice: "He said ""hi""".`;
    return { kind: FORM, line, what };
  });
}
