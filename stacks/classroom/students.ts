import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Document, LineCounter, parseDocument, type YAMLMap, YAMLSeq } from "yaml";
import { z } from "zod";
import { closest, studentNamespace } from "../../components/index";
import { dnsLabel, text, unquoted } from "../fields";
import { repeated } from "../unique";
import { capacityError } from "./student-rules";

/** First uid of a class that names none. */
export const FIRST_UID = 20001;

const uid = z.int().min(1000).max(2_000_000_000);
const shard = z.int().min(1);
const generation = z.int().min(1);
const words = z.string().min(1);

const studentSchema = z.strictObject({
  name: dnsLabel,
  realName: words.optional(),
  group: words.optional(),
  uid,
  shard,
  generation,
  capacity: text(unquoted(capacityError)).optional(),
});

/**
 * Who was removed: neither the uid nor a password of before is given to anybody again, and the shard has to be applied
 * until nothing of the student is left in it.
 */
const removedSchema = z.strictObject({ name: dnsLabel, uid, shard, generation });

const recordSchema = z.strictObject({
  students: z.array(studentSchema).default([]),
  removed: z.array(removedSchema).default([]),
});

/** A student as recorded. */
export type Student = z.output<typeof studentSchema>;
export type RemovedStudent = z.output<typeof removedSchema>;

/** The students of a class, for good: a student's uid and shard never change. */
export interface StudentRecord {
  students: Student[];
  removed: RemovedStudent[];
}

export const EMPTY_RECORD: StudentRecord = { students: [], removed: [] };

const HEADER = ` Written by storage-lab class up. A student's uid and shard never change.`;

/** The numbers of the class's shards, also of those that nobody is in any more. */
export function shardsOf({ students, removed }: StudentRecord): number[] {
  return [...new Set([...students, ...removed].map((each) => each.shard))].sort((a, b) => a - b);
}

/** The record in a file; throws one error that names every error of it. `undefined` where there is no such file. */
export function readStudents(file: string): StudentRecord | undefined {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new pulumi.RunError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  return parseStudents(content, file);
}

/** The record that a program works with; throws where there is none, or its names and the class's are too long together. */
export function requireStudents(file: string, className: string): StudentRecord {
  const record = readStudents(file);
  if (record === undefined) {
    throw new pulumi.RunError(
      `${file} is missing, which names the students: storage-lab class up writes it from a roster. It is looked for in ` +
        "the project's folder; storage-lab:classroom.students names another place.",
    );
  }
  const errors = record.students.flatMap(({ name }, index) => {
    const namespace = studentNamespace(className, name);
    if (namespace.length <= 63) return [];
    return [`students[${index}].name (${name}) makes the namespace ${namespace}, which is longer than 63 characters`];
  });
  if (errors.length > 0) throw recordError(file, errors);
  return record;
}

/** As `readStudents`, of a file's content. */
export function parseStudents(content: string, file: string): StudentRecord {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const errors = document.errors.map(({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message}`);
    throw recordError(file, errors);
  }
  const value: unknown = document.toJS() ?? {};
  const result = recordSchema.safeParse(value);
  if (!result.success)
    throw recordError(
      file,
      result.error.issues.flatMap((issue) => told(issue, value)),
    );
  const errors = ruleErrors(result.data);
  if (errors.length > 0) throw recordError(file, errors);
  return result.data;
}

/** What no two may share. */
function ruleErrors({ students, removed }: StudentRecord): string[] {
  const uids = [...students, ...removed];
  return [
    ...repeated(students, ({ name }) => name).map(
      ({ index, value }) => `students[${index}].name (${value}) is there twice`,
    ),
    ...repeated(uids, (each) => String(each.uid)).map(({ index, value }) => {
      const place = index < students.length ? `students[${index}]` : `removed[${index - students.length}]`;
      return `${place}.uid (${value}) is another student's already`;
    }),
  ];
}

function told(issue: z.core.$ZodIssue, root: unknown): string[] {
  const at = issue.path.reduce<string>(
    (path, part) => (typeof part === "number" ? `${path}[${part}]` : `${path}${path === "" ? "" : "."}${String(part)}`),
    "",
  );
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(
      (issue.path[0] === "students" ? studentSchema : issue.path[0] === "removed" ? removedSchema : recordSchema).shape,
    );
    return issue.keys.map((key) => `${at === "" ? "" : `${at}.`}${key} is not a key here${closest(key, known)}`);
  }
  const value = issue.path.reduce<unknown>((from, part) => (from as Record<PropertyKey, unknown>)?.[part], root);
  if (value === undefined) return [`${at} is missing`];
  return [`${at === "" ? "the file" : at} (${JSON.stringify(value)}): ${issue.message}`];
}

function recordError(file: string, errors: string[]): pulumi.RunError {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  const remedy = "It is written by storage-lab class up; correct what was edited, or take a copy of before.";
  return new pulumi.RunError(
    [`${file} has ${count}; nothing was changed. ${remedy}`, ...errors.map((error) => `  - ${error}`)].join("\n"),
  );
}

/** Writes it whole or not at all. */
export function writeStudents(file: string, record: StudentRecord): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const open = openSync(temporary, "w");
  try {
    writeFileSync(open, renderStudents(record));
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  renameSync(temporary, file);
}

/** The text of it, a student a line. */
export function renderStudents({ students, removed }: StudentRecord): string {
  const document = new Document({ students: students.map(inOrder), removed });
  document.commentBefore = HEADER;
  for (const key of ["students", "removed"]) {
    const list = document.get(key) as YAMLSeq<YAMLMap>;
    if (list.items.length === 0) list.flow = true;
    for (const each of list.items) each.flow = true;
  }
  return document.toString({ lineWidth: 0 });
}

const inOrder = ({ name, realName, group, uid, shard, generation, capacity }: Student) => ({
  name,
  ...(realName !== undefined && { realName }),
  ...(group !== undefined && { group }),
  uid,
  shard,
  generation,
  ...(capacity !== undefined && { capacity }),
});
