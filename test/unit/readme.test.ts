import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../../embedded/cli/program";

const root = join(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** A page without its code blocks, in which `#` begins a comment and `|` is a pipe. */
const prose = (page: string): string => page.replace(/^```[\s\S]*?^```$/gm, "");
const codeIn = (text: string): string[] => text.match(/`[^`]+`/g) ?? [];

/** Levels of the headings, in order. */
function headingLevels(page: string): number[] {
  return [...prose(page).matchAll(/^(#+) /gm)].map(([, marks = ""]) => marks.length);
}

/** The code blocks, language included, without comments and the blanks before them. */
function codeBlocks(page: string): string[] {
  return (page.match(/^```[\s\S]*?^```$/gm) ?? []).map((block) => block.replace(/ +# .*$/gm, ""));
}

/** The code in each cell, row by row: its order within a cell is that of the language's sentence. */
function tables(page: string): string[][][] {
  return prose(page)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => codeIn(cell).sort()));
}

/** Where the links lead, in any order; the two pages lead to each other, and to pages of their language. */
function links(page: string): string[] {
  return [...page.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, target = ""]) => target.replace(/^#.*/, "#").replace(/^README(\.zh)?\.md$/, "the other language"))
    .map((target) => target.replace(/\.zh\.md$/, ".md"))
    .sort();
}

/** What the two languages must have in common. */
const structure = (page: string) => ({
  headings: headingLevels(page),
  code: codeBlocks(page),
  tables: tables(page),
  links: links(page),
});

describe("README.zh.md", () => {
  const english = read("README.md");

  test("has the headings, commands, tables and links of README.md", () => {
    expect(structure(read("README.zh.md"))).toEqual(structure(english));
  });

  test("leads to the Chinese pages where there are some", () => {
    const targets = [...read("README.zh.md").matchAll(/\]\((docs\/[\w-]+)\.md\)/g)].map(([, page = ""]) => page);
    expect(targets.filter((page) => existsSync(join(root, `${page}.zh.md`)))).toEqual([]);
  });

  test.each([
    ["a heading less", "## Own hosts", "Own hosts"],
    ["a heading of another level", "## Own hosts", "### Own hosts"],
    ["another command", "./lab up  ", "./lab start  "],
    ["another code in a cell", "| `./lab purge` |", "| `./lab forget` |"],
    ["a row less", /^\| `.\/lab status`.*\n/m, ""],
    ["a cell more", "| `./lab status` |", "| `./lab status` | |"],
    ["a link to another page", "(docs/terms.md)", "(docs/words.md)"],
  ] as const)("would be found to differ by %s", (_what, here, there) => {
    const changed = english.replace(here, there);
    expect(changed).not.toBe(english);
    expect(structure(changed)).not.toEqual(structure(english));
  });

  test("may have comments of its own in commands", () => {
    expect(structure(english.replace("# or another backend", "# 或者别的后端"))).toEqual(structure(english));
  });
});

describe.each(["README.md", "README.zh.md"])("%s", (file) => {
  const page = read(file);

  test("has fewer than 120 lines", () => {
    expect(page.trimEnd().split("\n").length).toBeLessThan(120);
  });

  test("names every verb of ./lab, and no other", () => {
    const verbs = program(() => {
      throw new Error("no lab is needed for a list of verbs");
    }).commands.map((command) => command.name());
    const named = [...page.matchAll(/\.\/lab ([a-z-]+)/g)].map(([, verb]) => verb);
    expect(new Set(named)).toEqual(new Set(verbs));
  });

  test("names every verb for own hosts", () => {
    const own = readdirSync(join(root, "operations/verbs")).map((verb) => verb.replace(/\.ts$/, ""));
    const [, named = ""] = /^`\.\/storage-lab VERB -s STACK`(.*)$/m.exec(page) ?? [];
    const verbs = [...page.matchAll(/^\.\/storage-lab ([a-z-]+) -s/gm)].map(([, verb]) => verb);
    verbs.push(...codeIn(named).map((span) => span.slice(1, -1)));
    expect(verbs).toEqual(expect.arrayContaining(own));
  });
});

test("README.md has the heading that messages refer to", () => {
  expect(read("README.md")).toMatch(/^## Own hosts$/m);
  expect(read("embedded/cli/lab.ts")).toContain('README.md, "Own hosts"');
});

test("the files that README.md copies are examples, and git ignores the copies", () => {
  const copies = [...read("README.md").matchAll(/^cp (\S+) (\S+)/gm)].map(([, from = "", to = ""]) => ({ from, to }));
  expect(copies).toHaveLength(2);
  const files = copies.flatMap(({ from, to }) => [from, to]);
  const { stdout } = spawnSync("git", ["check-ignore", ...files], { cwd: root, encoding: "utf8" });
  expect(stdout.trim().split("\n")).toEqual(copies.map(({ to }) => to));
  for (const { from } of copies) expect(existsSync(join(root, from))).toBe(true);
});

/** Headings as GitHub's anchors. */
const anchors = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(
    ([, title = ""]) =>
      `#${title
        .toLowerCase()
        .replace(/[，。,.`]/g, "")
        .replaceAll(" ", "-")}`,
  );

/** Links of a page to files of the clone, or to headings, that are not there. */
function brokenLinks(file: string, page: string): string[] {
  return [...page.matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)].flatMap(([, target = "", anchor]) => {
    const path = target === "" ? join(root, file) : join(root, file, "..", target);
    const good = existsSync(path) && (anchor === undefined || anchors(readFileSync(path, "utf8")).includes(anchor));
    return good ? [] : [`${target}${anchor ?? ""}`];
  });
}

/** Files and folders that a page names in code and that are not there; in a table also below the folder of the first cell. */
function missingPaths(page: string): string[] {
  return prose(page)
    .split("\n")
    .flatMap((line) => {
      const spans = codeIn(line).map((span) => span.slice(1, -1));
      const folder = line.startsWith("|") ? (spans[0] ?? "") : "";
      return (
        spans
          .filter((span) => /^[\w./-]+(\/|\.(ts|mjs|json|md|sh|yaml|work))$/.test(span))
          // A lab's own folder, which is there once somebody made a lab.
          .filter((span) => span !== ".lab/")
          .filter((span) => !existsSync(join(root, span)) && !existsSync(join(root, folder, span)))
      );
    });
}

const pages = [
  "README.md",
  "README.zh.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/architecture.md",
  "docs/coverage.md",
  "docs/decisions.md",
  "docs/parity.md",
  "docs/performance.md",
  "docs/terms.md",
  "embedded/engine/README.md",
];

test.each(pages)("%s: every link leads to a file and a heading", (file) => {
  expect(brokenLinks(file, read(file))).toEqual([]);
});

test.each(["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md", "docs/terms.md"])(
  "%s: the files and folders that it names exist",
  (file) => {
    expect(missingPaths(read(file))).toEqual([]);
  },
);

test("links and paths that lead nowhere are found", () => {
  expect(
    brokenLinks("README.md", "[a](docs/none.md) [b](docs/terms.md#none) [c](#none) [d](docs/terms.md#terms)"),
  ).toEqual(["docs/none.md", "docs/terms.md#none", "#none"]);
  expect(missingPaths("In `stacks/none.ts` and `test/`.\n| `test/` | `unit/`, `none/` |")).toEqual([
    "stacks/none.ts",
    "none/",
  ]);
});
