import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goProgram } from "../../../../embedded/toolkit/go";

const quiet = { waiting: () => {}, note: () => {} };

describe("goProgram", () => {
  const folder = mkdtempSync(join(tmpdir(), "go-program-"));
  const module = join(folder, "hello");
  const cache = process.env.STORAGE_LAB_CACHE;
  const program = { name: "hello", module, variables: { "main.greeting": "good-morning" } };

  beforeAll(() => {
    process.env.STORAGE_LAB_CACHE = join(folder, "cache");
    mkdirSync(module);
    writeFileSync(join(module, "go.mod"), "module storage-lab.example/hello\n\ngo 1.21\n");
    writeFileSync(
      join(module, "main.go"),
      'package main\n\nvar greeting = "none"\n\nfunc main() { print(greeting) }\n',
    );
  });

  afterAll(() => {
    if (cache === undefined) delete process.env.STORAGE_LAB_CACHE;
    else process.env.STORAGE_LAB_CACHE = cache;
    rmSync(folder, { recursive: true });
  });

  test("builds once, and again only when what it is made from has changed", async () => {
    const first = await goProgram(program, quiet);
    expect(execFileSync("sh", ["-c", `${first} 2>&1`]).toString()).toBe("good-morning");

    writeFileSync(join(module, "main_test.go"), "package main\n");
    expect(await goProgram(program, quiet)).toBe(first);

    writeFileSync(join(module, "main.go"), 'package main\n\nfunc main() { print("changed") }\n');
    expect(await goProgram(program, quiet)).not.toBe(first);
  });

  test("a module that stays apart is not part of the workspace above it", async () => {
    const workspace = join(folder, "workspace");
    const apart = join(workspace, "apart");
    for (const name of ["member", "apart"]) {
      mkdirSync(join(workspace, name), { recursive: true });
      writeFileSync(join(workspace, name, "go.mod"), `module storage-lab.example/${name}\n\ngo 1.21\n`);
    }
    writeFileSync(join(workspace, "go.work"), "go 1.21\n\nuse ./member\n");
    writeFileSync(join(apart, "main.go"), "package main\n\nfunc main() {}\n");
    await expect(goProgram({ name: "apart", module: apart }, quiet)).rejects.toThrow(/workspace/);
    expect(existsSync(await goProgram({ name: "apart", module: apart, apart: true }, quiet))).toBe(true);
  });

  test("says what building needs when it fails", async () => {
    writeFileSync(join(module, "main.go"), "package main\n\nfunc main() { missing() }\n");
    await expect(goProgram(program, quiet)).rejects.toMatchObject({
      message: expect.stringContaining("undefined: missing") as string,
      remedy: expect.stringContaining("Go 1.21 or newer") as string,
    });
  });

  test("compiles one program at a time", async () => {
    const programs = join(folder, "bin");
    mkdirSync(programs);
    // A compiler that complains when it finds another at work.
    const compile = `mkdir ${folder}/busy || exit 1; sleep 0.3; rmdir ${folder}/busy; while [ "$1" != -o ]; do shift; done; touch "$2"`;
    const script = `#!/bin/sh\ncase $1 in env) printf 'go1\\n\\n' ;; list) echo main ;; build) ${compile} ;; esac\n`;
    writeFileSync(join(programs, "go"), script, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${programs}:${path}`;
    try {
      const built = await Promise.all(["one", "two", "three"].map((name) => goProgram({ name, module }, quiet)));
      expect(built.map((file) => existsSync(file))).toEqual([true, true, true]);
    } finally {
      process.env.PATH = path;
    }
  });
});
