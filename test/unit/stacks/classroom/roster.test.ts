import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseRoster, readRoster } from "../../../../stacks/classroom/roster";
import { RosterError } from "../../../../stacks/classroom/roster-error";

const csv = (text: string | Uint8Array, className = "school") =>
  parseRoster(Buffer.from(text as string), { file: "roster.csv", className });
const yaml = (text: string, className = "school") => parseRoster(Buffer.from(text), { file: "roster.yaml", className });

/** The errors, a line each, without the headlines. */
function errors(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(RosterError);
    expect(error).toBeInstanceOf(pulumi.RunError);
    return (error as Error).message
      .split("\n")
      .filter((line) => line.startsWith("  - "))
      .map((line) => line.slice(4));
  }
  return [];
}

describe("a name's label", () => {
  const labels = (...names: string[]) => names.map((name) => csv(`name\n"${name}"\n`)[0]!.name);

  test("depends on the name alone, and the name is kept", () => {
    expect(csv("name\n张伟\nJosé María\nalice\n20230001\n007\n")).toMatchObject([
      { name: "zhang-wei", realName: "张伟" },
      { name: "jose-maria", realName: "José María" },
      { name: "alice" },
      { name: "20230001" },
      { name: "007" },
    ]);
    expect(csv("name\nalice\n")[0]).not.toHaveProperty("realName");
  });

  test("of other writings and of what no letter stands for", () => {
    expect(labels("Иван Петров", "김철수", "阿依古丽·买买提", "a_b", "O'Brien", "😀")).toEqual([
      "ivan-petrov",
      "gimceolsu",
      "a-yi-gu-li-mai-mai-ti",
      "a-b",
      "o-brien",
      expect.stringMatching(/^s-[0-9a-f]{8}$/),
    ]);
  });

  test("is the same for both forms of Unicode", () => {
    expect(labels("José".normalize("NFC"))).toEqual(labels("José".normalize("NFD")));
  });

  test("may be given", () => {
    expect(csv("name,label\n张伟,\n章伟,zhang-wei-2\n张伟,zhang-wei-3\n").map(({ name }) => name)).toEqual([
      "zhang-wei",
      "zhang-wei-2",
      "zhang-wei-3",
    ]);
  });
});

describe("CSV", () => {
  const two = [
    { name: "zhang-wei", realName: "张伟", group: "a, b", capacity: "2Gi", labelled: false, line: 2 },
    { name: "li", labelled: false, line: 3 },
  ];
  const text = 'name,group,capacity\n张伟,"a, b",2Gi\nli\n';

  test.each([
    ["lines that end in LF", text],
    ["in CRLF", text.replaceAll("\n", "\r\n")],
    ["a mark of UTF-8, as Excel writes it", `\ufeff${text}`],
    [
      "semicolons",
      text.replace("name,group,capacity", "name;group;capacity").replace('张伟,"a, b",2Gi', "张伟;a, b;2Gi"),
    ],
    [
      "tabs",
      text.replace("name,group,capacity", "name\tgroup\tcapacity").replace('张伟,"a, b",2Gi', "张伟\ta, b\t2Gi"),
    ],
    ["blanks around fields, and no end of the last line", 'Name, Group ,capacity\n 张伟 , "a, b" ,2Gi\nli'],
    ["fields that are empty", 'name,group,capacity\n张伟,"a, b",2Gi\nli,,\n'],
  ])("with %s", (_what, written) => expect(csv(written)).toEqual(two));

  test("empty lines count, for the errors' lines", () => {
    expect(csv("name\n\n,\n\nli\n")).toMatchObject([{ name: "li", line: 5 }]);
  });
});

describe("YAML", () => {
  test.each([
    ["a list of names", "- 张伟\n- li\n"],
    ["a list of entries", "- name: 张伟\n- { name: li }\n"],
    ["below students", "# of 2026\nstudents:\n  - 张伟\n  - name: li\n"],
  ])("%s", (_what, text) =>
    expect(yaml(text)).toMatchObject([{ name: "zhang-wei", realName: "张伟" }, { name: "li" }]),
  );

  test("what looks like a number or a word of YAML is text", () => {
    expect(yaml("- 007\n- no\n- { name: 20230001, group: 1 }\n")).toMatchObject([
      { name: "007" },
      { name: "no" },
      { name: "20230001", group: "1" },
    ]);
  });
});

describe("errors", () => {
  test.each<[string, () => unknown, string]>([
    ["of an empty file", () => csv(""), "roster.csv: has no students in it. Name at least one"],
    ["of a header alone", () => csv("name,group\n"), "roster.csv: has no students in it."],
    ["of an empty YAML file", () => yaml("# nobody\n"), "roster.yaml: has no students in it."],
    ["of a missing header", () => csv("张伟\nli\n"), 'roster.csv:1: the header is missing: "张伟" names no column.'],
    ["of a header without name", () => csv("group,label\na,b\n"), "roster.csv:1: the column name is missing."],
    [
      "of an unknown column",
      () => csv("name,capacty\nli,1Gi\n"),
      'roster.csv:1: the column "capacty" is not one of a roster: did you mean capacity?',
    ],
    ["of a column twice", () => csv("name,group,name\nli,a,b\n"), "roster.csv:1: the column name is there twice."],
    ["of a field too many", () => csv("name,group\nli,a,b\n"), 'roster.csv:2: "li" has 3 fields, and the header 2.'],
    [
      "of a quote that does not end",
      () => csv('name\nli\n"wang\nzhao\n'),
      'roster.csv:3: a quote (") that begins here does not end.',
    ],
    ["of a quote inside", () => csv('name\nli "x" y\n'), "roster.csv:2: cannot be read as CSV"],
    [
      "of a line break in a name",
      () => csv('name\n"li\nwang"\n'),
      "has a line break or another control character in it.",
    ],
    [
      "of UTF-16",
      () => csv(Buffer.from("\ufeffname\nli\n", "utf16le")),
      "roster.csv: is text in UTF-16LE. In Excel: save it as CSV UTF-8, or: iconv -f UTF-16LE",
    ],
    ["of UTF-16 without a mark", () => csv(Buffer.from("name\nli\n", "utf16le")), "is text in UTF-16LE"],
    [
      "of GBK",
      () => csv(Buffer.from([..."name\n"].map((c) => c.charCodeAt(0)).concat([0xd5, 0xc5, 0xce, 0xb0, 0x0a]))),
      "roster.csv:2: is perhaps text in GBK",
    ],
    [
      "of Latin-1",
      () => csv(Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0x4a, 0x6f, 0x73, 0xe9, 0x0a])),
      "What is here is not UTF-8.",
    ],
    [
      "of another ending",
      () => parseRoster(Buffer.from("li"), { file: "roster.xlsx", className: "s" }),
      "roster.xlsx: is neither CSV nor YAML by its ending.",
    ],
    ["of YAML that is none", () => yaml("- {name: li\n"), "cannot be read as YAML"],
    ["of YAML of another form", () => yaml("zhang: a\n"), 'roster.yaml:1: "zhang" is not a key of a roster'],
    [
      "of an unknown key",
      () => yaml("- name: li\n  grop: a\n"),
      'roster.yaml:2: "li" has the key "grop", which is not one of a roster: did you mean group?',
    ],
    [
      "of a value that is no text",
      () => yaml("- name: li\n  group: [a]\n"),
      'roster.yaml:2: "li" has group that is no text.',
    ],
    ["of a list in the list", () => yaml("- [li]\n"), "roster.yaml:1: is neither a name nor keys and values."],
    ["of a missing name", () => yaml("- group: a\n"), "roster.yaml:1: the name is missing."],
    ["of a name without letters", () => csv('name\n"---"\n'), 'roster.csv:2: "---" has no letter and no digit in it.'],
    [
      "of a label",
      () => csv("name,label\nli,Li_1\n"),
      'roster.csv:2: "li" has a wrong label: "Li_1" is no name that Kubernetes takes here',
    ],
    ["of a long one", () => csv(`name\n${"x".repeat(60)}\n`), "Give it a label of at most 56."],
    [
      "of a capacity",
      () => csv("name,capacity\nli,5 Gi\n"),
      'roster.csv:2: "li" has a wrong capacity: "5 Gi" is not a quantity: write 5Gi.',
    ],
    [
      "of one that is too little",
      () => csv("name,capacity\nli,1Mi\n"),
      'has a wrong capacity: "1Mi" leaves nothing besides the two Redis: give at least 192Mi.',
    ],
    [
      "of a name twice",
      () => csv("name\nli\nwang\nli\n"),
      'roster.csv:4: "li" is in line 2 already. Take one out; or, if these are two students',
    ],
    [
      "of one written otherwise",
      () => csv("name\nJosé María\nJOSE  MARIA\n"),
      'roster.csv:3: "JOSE  MARIA" is the name "José María" of line 2, written in another way.',
    ],
    [
      "of two names with one label",
      () => csv("name\n张伟\n章伟\n"),
      'roster.csv:3: "章伟" gets the label zhang-wei, as "张伟" in line 2 does. Give one of the two another label',
    ],
    [
      "of a label given twice",
      () => csv("name,label\nli,x\nwang,x\n"),
      'roster.csv:3: "wang" has the label x, as "li" in line 2 does.',
    ],
    [
      "of a file that is not there",
      () => readRoster("/nowhere/roster.csv", "school"),
      "/nowhere/roster.csv: cannot be read: ENOENT",
    ],
  ])("%s", (_what, read, words) => {
    const all = errors(read);
    expect(all).toEqual([expect.stringContaining(words)]);
  });

  test("200 are 200, grouped, each with its line", () => {
    const lines = Array.from({ length: 100 }, (_, index) => [`student-${index},,5 Gi`, `student-${index},,1Gi`]).flat();
    // The names of the first half are right, but for their capacity.
    const text = ["name,group,capacity", ...lines].join("\n");
    const all = errors(() => csv(text));
    expect(all).toHaveLength(200);
    expect(all.every((error) => /^roster\.csv:\d+: "student-\d+" /.test(error))).toBe(true);
    let message = "";
    try {
      csv(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split("\n").filter((line) => !line.startsWith("  - "))).toEqual([
      "roster.csv has 200 errors; nothing was changed.",
      "Capacity (100):",
      "Twice (100):",
    ]);
  });
});

test("a file is read by its ending", () => {
  const folder = mkdtempSync(join(tmpdir(), "storage-lab-roster-"));
  try {
    writeFileSync(join(folder, "a.CSV"), "name\nli\n");
    writeFileSync(join(folder, "a.yml"), "- li\n");
    for (const name of ["a.CSV", "a.yml"])
      expect(readRoster(join(folder, name), "school")).toMatchObject([{ name: "li" }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
