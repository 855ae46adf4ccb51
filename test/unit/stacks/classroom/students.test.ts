import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  EMPTY_RECORD,
  parseStudents,
  readStudents,
  renderStudents,
  requireStudents,
  shardsOf,
  type StudentRecord,
  writeStudents,
} from "../../../../stacks/classroom/students";
import { errorLines } from "../config-errors";

const record: StudentRecord = {
  students: [
    { name: "zhang-wei", realName: "张伟", group: "a", uid: 20001, shard: 1, generation: 1, capacity: "2Gi" },
    { name: "007", uid: 20002, shard: 3, generation: 2 },
  ],
  removed: [{ name: "li", uid: 20003, shard: 2, generation: 1 }],
};

describe("the file", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "storage-lab-students-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test("has a student a line, and reads as it was written", () => {
    const file = join(folder, "students.yaml");
    writeFileSync(file, "old");
    writeStudents(file, record);
    expect(readFileSync(file, "utf8")).toBe(
      [
        "# Written by storage-lab class up. A student's uid and shard never change.",
        "",
        "students:",
        "  - { name: zhang-wei, realName: 张伟, group: a, uid: 20001, shard: 1, generation: 1, capacity: 2Gi }",
        '  - { name: "007", uid: 20002, shard: 3, generation: 2 }',
        "removed:",
        "  - { name: li, uid: 20003, shard: 2, generation: 1 }",
        "",
      ].join("\n"),
    );
    expect(readStudents(file)).toEqual(record);
    expect(readdirSync(folder)).toEqual(["students.yaml"]);
  });

  test("one that is not there is none, and a program says where it comes from", () => {
    const file = join(folder, "none.yaml");
    expect(readStudents(file)).toBeUndefined();
    expect(() => requireStudents(file, "school")).toThrow(/none\.yaml is missing, .* storage-lab class up writes it/);
  });

  test("that cannot be written leaves the one of before", () => {
    expect(() => writeStudents(join(folder, "no", "students.yaml"), record)).toThrow("ENOENT");
  });
});

test("nobody is a record, too", () => {
  expect(parseStudents(renderStudents(EMPTY_RECORD), "f")).toEqual(EMPTY_RECORD);
  expect(parseStudents("", "f")).toEqual(EMPTY_RECORD);
});

test("shards are those of all who are or were in the class", () => expect(shardsOf(record)).toEqual([1, 2, 3]));

describe("errors", () => {
  const errors = (text: string) => errorLines(() => parseStudents(text, "school.students.yaml"));

  test("are told all at once, each with its place", () => {
    const text = `
students:
  - { name: li, uid: 20001, shard: 1, generation: 1 }
  - { name: Wang, uid: 0, shard: one, generation: 1, capacty: 2Gi }
  - { uid: 20003, shard: 1, generation: 1, capacity: 5 Gi }
teachers: []
`;
    expect(errors(text)).toEqual([
      expect.stringContaining('students[1].name ("Wang"): is not a DNS label'),
      expect.stringContaining("students[1].uid (0): "),
      expect.stringContaining('students[1].shard ("one"): '),
      "students[1].capacty is not a key here: did you mean capacity?",
      "students[2].name is missing",
      'students[2].capacity ("5 Gi"): is not a quantity: write 5Gi',
      "teachers is not a key here; known are students, removed.",
    ]);
  });

  test.each([
    [
      "a name twice",
      "students: [{ name: li, uid: 20001, shard: 1, generation: 1 }, { name: li, uid: 20002, shard: 1, generation: 1 }]",
      "students[1].name (li) is there twice",
    ],
    [
      "a uid twice",
      "students: [{ name: li, uid: 20001, shard: 1, generation: 1 }, { name: wu, uid: 20001, shard: 1, generation: 1 }]",
      "students[1].uid (20001) is another student's already",
    ],
    [
      "a uid of one who left",
      "students: [{ name: li, uid: 20001, shard: 1, generation: 1 }]\nremoved: [{ name: wu, uid: 20001, shard: 1, generation: 1 }]",
      "removed[0].uid (20001) is another student's already",
    ],
    ["what is no YAML", "students: [\n", "line 2: "],
    ["what is no object", "- li\n", "the file "],
  ])("of %s", (_what, text, words) => expect(errors(text)).toEqual([expect.stringContaining(words)]));

  test("are no stack traces", () => expect(() => parseStudents("- a", "f")).toThrow(pulumi.RunError));
});
