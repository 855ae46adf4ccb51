import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type ts from "typescript";
import { entryWithoutTypes, libraryProgram, publicTypes } from "../support/public-types";

const root = join(__dirname, "../..");

describe("the library's entry file", () => {
  let program: ts.Program;

  beforeAll(() => {
    program = libraryProgram();
  });

  test("exports every component, and every class and type that something exported names", () => {
    const { exported, ...wrong } = publicTypes(program);
    expect(wrong).toEqual({ missing: [], unwritten: [], hidden: [] });
    expect(exported).toEqual(
      expect.arrayContaining(["NfsServer", "StaticVolume", "RedisStatefulSet", "SshConnection"]),
    );
  });

  test("is found out when it exports no type", () => {
    const { missing } = publicTypes(libraryProgram(entryWithoutTypes(), program));
    // Named by arguments, by a union of them, by a base of them.
    for (const name of ["SshConnection", "ClaimTemplate", "StatefulServiceArgs"]) {
      expect(missing).toContainEqual(expect.stringMatching(new RegExp(`^${name}, named by `)));
    }
  });

  test.each(["README.md", "components/README.md"])("has what %s imports from the library", (file) => {
    const imports = /import \{ (.+) \} from "(?:\.\/components(?:\/index)?|storage-lab-components)";/g;
    const names = [...readFileSync(join(root, file), "utf8").matchAll(imports)].flatMap(([, list]) =>
      (list ?? "").split(", "),
    );
    expect(names.length).toBeGreaterThan(0);
    expect(publicTypes(program).exported).toEqual(expect.arrayContaining(names));
  });
});

describe("a clone in which the package was built before", () => {
  const clone = mkdtempSync(join(tmpdir(), "storage-lab-built-"));

  beforeAll(() => {
    for (const part of ["index.ts", "stacks", "components", "package.json", "tsconfig.json"]) {
      cpSync(join(root, part), join(clone, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    mkdirSync(join(clone, "components/dist"), { recursive: true });
    writeFileSync(join(clone, "components/dist/index.js"), 'throw new Error("an old build was loaded");');
  });
  afterAll(() => rmSync(clone, { recursive: true }));

  const load = (file: string, ...flags: string[]) => {
    const script = `console.log(typeof require("${file}"))`;
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--eval", script], {
      cwd: clone,
      encoding: "utf8",
    });
    return stdout.trim() || stderr;
  };

  test.each([
    ["ts-node, as Pulumi does", ["--require", "ts-node/register"]],
    ["tsx, as ./lab does", ["--import", "tsx"]],
  ])("still runs its sources, by %s", (_how, flags) => {
    expect(load("./index.ts", ...flags)).toBe("function");
    expect(load("./components", ...flags)).toContain("an old build was loaded");
  });
});
