import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";

const root = join(__dirname, "../..");

const config = jest.requireActual<{ default: Linter.Config[]; mayImport: Record<string, string[]> }>(
  "../../eslint.config.mjs",
);
const { mayImport } = config;

/** Our rules without those that need types, which read the whole project first and find only files that are in it. */
const withoutTypes = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [...config.default, tseslint.configs.disableTypeChecked],
});

/** The rules that a file of this name breaks if it has this text. */
async function broken(file: string, text: string): Promise<(string | null)[]> {
  const [result] = await withoutTypes.lintText(text, { filePath: join(root, file) });
  return rulesOf(result);
}

const rulesOf = (result?: ESLint.LintResult) => (result?.messages ?? []).map(({ ruleId }) => ruleId);

/** A TypeScript file of a part of the project that is not among `except`; undefined where there is none. */
function aFileOf(part: string, except: string[] = []): string | undefined {
  if (!existsSync(join(root, part))) return undefined;
  if (part.endsWith(".ts")) return part;
  return readdirSync(join(root, part), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && extname(entry.name) === ".ts")
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .find((file) => !except.includes(file) && !file.includes("node_modules"));
}

/** A file of a part that does not exist yet, or the part itself where that is one file. */
const newFileIn = (part: string): string => (part.endsWith(".ts") ? part : `${part}/new-file.ts`);

/** The line with which `file` imports another file of the project. */
function importLine(file: string, imported: string): string {
  const path = relative(dirname(file), imported).replace(/\.ts$/, "");
  return `import "${path.startsWith(".") ? path : `./${path}`}";\n`;
}

describe("imports point one way", () => {
  const restricted = ["import-x/no-restricted-paths"];
  const parts = [...Object.keys(mayImport), "test"];
  const pairs = Object.entries(mayImport).flatMap(([target, allowed]) => {
    const rest = parts.filter((from) => from !== target && !allowed.includes(from));
    return [
      ...rest.map((from) => ({ target, imported: aFileOf(from, allowed), rules: restricted })),
      ...allowed.map((from) => ({ target, imported: aFileOf(from), rules: [] })),
    ];
  });
  // What has no file yet cannot be imported.
  const cases = pairs.filter(({ imported }) => imported !== undefined);

  test.each(cases.filter(({ rules }) => rules.length > 0))("$target may not import $imported", async (each) => {
    const file = newFileIn(each.target);
    expect(await broken(file, importLine(file, each.imported as string))).toEqual(each.rules);
  });

  test.each(cases.filter(({ rules }) => rules.length === 0))("$target may import $imported", async (each) => {
    const file = newFileIn(each.target);
    expect(await broken(file, importLine(file, each.imported as string))).toEqual([]);
  });
});

describe("every import is a declared dependency", () => {
  const undeclared = ["import-x/no-extraneous-dependencies"];

  test.each<[string, string, string[]]>([
    ["a package that is there because another one needs it", "embedded/cli/new-file.ts", undeclared],
    ["one in a folder of tests", "test/unit/new-file.ts", undeclared],
  ])("%s", async (_what, file, rules) => {
    expect(await broken(file, `import "semver";\n`)).toEqual(rules);
  });

  test.each([
    ["components/new-file.ts", undeclared],
    ["stacks/new-file.ts", undeclared],
    ["index.ts", undeclared],
    ["exercises/new-file.ts", undeclared],
    ["operations/new-file.ts", undeclared],
    ["embedded/cli/new-file.ts", []],
  ])("a package for development, in %s", async (file, rules) => {
    expect(await broken(file, `import "prettier";\n`)).toEqual(rules);
    expect(await broken(file, `import type { Options } from "prettier";\nexport type { Options };\n`)).toEqual(rules);
  });

  test.each(["components/new-file.ts", "stacks/new-file.ts"])(
    "a package of every installation, in %s",
    async (file) => {
      expect(await broken(file, `import "@pulumi/pulumi";\n`)).toEqual([]);
    },
  );
});

describe("files have kebab-case names", () => {
  const file = ["check-file/filename-naming-convention"];

  test.each([
    ["stacks/newFile.ts", file],
    ["stacks/NewFile.ts", file],
    ["stacks/new_file.ts", file],
    ["test/unit/newFile.test.ts", file],
    ["stacks/newFolder/new-file.ts", ["check-file/folder-naming-convention"]],
    ["stacks/new-file.ts", []],
    ["stacks/file2.ts", []],
    ["test/lab/1-new-file.test.ts", []],
  ])("%s", async (name, rules) => {
    expect(await broken(name, "export {};\n")).toEqual(rules);
  });
});

test("the library is imported by its entry file, not by its folder", async () => {
  const rule = ["no-restricted-imports"];
  expect(await broken("stacks/new-file.ts", `import "../components";\n`)).toEqual(rule);
  expect(await broken("stacks/new-file.ts", `import "../components/index";\n`)).toEqual([]);
});

/** Texts that break a rule of ours which needs types. */
const typed: Record<string, string> = {
  "@typescript-eslint/restrict-template-expressions": `
    import type { Output } from "@pulumi/pulumi";
    export const text = (output: Output<string>) => \`name: \${output}\`;`,
  "@typescript-eslint/no-base-to-string": `export const text = (value: { name: string }) => value.toString();`,
  "@typescript-eslint/switch-exhaustiveness-check": `
    export function text(value: "a" | "b"): string | undefined {
      switch (value) {
        case "a":
          return "a";
      }
      return undefined;
    }`,
  "@typescript-eslint/no-unused-vars": `export const text = (name: string) => "";`,
};

describe("rules that need types", () => {
  // A project of one file, in the clone for its packages: reading ours takes most of a minute on a busy machine.
  const folder = join(root, ".test-tmp", `lint-${process.pid}`);
  const file = join(folder, "file.ts");
  const withTypes = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config.default });

  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, "export {};\n");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["."] }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(Object.entries(typed))("%s finds its error", async (rule, text) => {
    expect(rulesOf((await withTypes.lintText(text, { filePath: file }))[0])).toContain(rule);
  });
});

test("each rule that this project sets is broken by a test above", () => {
  const ours = config.default
    .filter(({ plugins }) => plugins?.["check-file"])
    .flatMap(({ rules }) => Object.keys(rules ?? {}));
  const needTypes = (rule: string) => rule.startsWith("@typescript-eslint/");
  expect(ours.filter(needTypes).sort()).toEqual(Object.keys(typed).sort());
  expect([...new Set(ours.filter((rule) => !needTypes(rule)))].sort()).toEqual([
    "check-file/filename-naming-convention",
    "check-file/folder-naming-convention",
    "import-x/no-extraneous-dependencies",
    "import-x/no-restricted-paths",
    "no-restricted-imports",
  ]);
});
