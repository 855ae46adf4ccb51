import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { ShellValue } from "../../../components/nfs/shell-quote";
import { below, FakeHost, nasDirectories as values, type Run } from "./fake-host";

// Whose directory is it? The register on the NAS tells, and what is not this stack's own stays as it is.

const REGISTER = "var/lib/storage-lab/directories";
const OTHER = "storage-lab/course-b/directories";

/** A host with an empty export. */
function nas(): FakeHost {
  const host = new FakeHost();
  mkdirSync(join(host.root, "srv/nfs"), { recursive: true });
  return host;
}

const run = (host: FakeHost, action: string, change: Record<string, ShellValue> = {}): Run =>
  host.run("nfs-directories", action, values(host, change));

const done = { code: 0, stderr: "" };

/** All that is in the export, and the register. */
function contents(host: FakeHost): unknown {
  const all = (folder: string): string[] =>
    host.list(folder).flatMap((name) => {
      const path = `${folder}/${name}`;
      const { mode, uid, ino } = statSync(join(host.root, path));
      const isFolder = statSync(join(host.root, path)).isDirectory();
      return [`${path} ${mode} ${uid} ${ino}`, ...(isFolder ? all(path) : [])];
    });
  return [all("srv/nfs"), host.has(REGISTER) && host.read(REGISTER)];
}

/** The run fails with these words, and has changed nothing. */
function refused(host: FakeHost, action: string, change: Record<string, ShellValue>, words: string[]): void {
  const before = contents(host);
  const { code, stderr } = run(host, action, change);
  expect(code).toBe(1);
  for (const each of words) expect(stderr).toContain(each);
  expect(contents(host)).toEqual(before);
}

describe("what is there already", () => {
  test("and nobody made is refused before anything is changed, with the ways out", () => {
    const host = nas();
    host.write("srv/nfs/deep/two/data", "of a teacher");
    chmodSync(join(host.root, "srv/nfs/deep/two"), 0o700);
    const words = ["deep/two is there already and was not made by this program", 'adding "deep/two" to adopt'];
    refused(host, "apply", {}, words);
    expect(host.has("srv/nfs/one")).toBe(false);
    expect(run(host, "apply", { ADOPT: below(host, "deep/two") })).toMatchObject(done);
    expect(host.read("srv/nfs/deep/two/data")).toBe("of a teacher");
    expect(run(host, "check")).toMatchObject(done);
  });

  test("and is a file is refused", () => {
    const host = nas();
    host.write("srv/nfs/one", "a file");
    refused(host, "apply", { ADOPT: below(host, "one") }, ["one is there already and is not a directory"]);
  });

  test("is this stack's own when it made it, also after it was taken off the list", () => {
    const host = nas();
    expect(run(host, "apply")).toMatchObject(done);
    expect(run(host, "update", { DIRECTORIES: below(host, "one") })).toMatchObject(done);
    expect(run(host, "update")).toMatchObject(done);
    expect(run(host, "apply")).toMatchObject(done);
  });
});

describe("what another stack made", () => {
  test.each(["apply", "update"])("is refused by name, with the way to hand it over (%s)", (action) => {
    const host = nas();
    run(host, "apply", { OWNER: OTHER });
    const own = { ADOPT: below(host, "one", "deep/two") };
    refused(host, action, own, [`one belongs to ${OTHER} (project/stack/component)`, "deep/two belongs to"]);
    execFileSync("bash", ["-c", /sed -i '.*' \S+/.exec(run(host, action).stderr)![0]]);
    expect(run(host, action)).toMatchObject(done);
    expect(run(host, "check")).toMatchObject(done);
  });

  test.each([
    ["one/inside", "one/inside lies in", "/one, which belongs to"],
    ["deep", "deep holds", "/deep/two, which belongs to"],
  ])("neither holds nor is held by another one: %s", (name, ...words) => {
    const host = nas();
    run(host, "apply", { OWNER: OTHER });
    refused(host, "apply", { DIRECTORIES: below(host, name), ADOPT: below(host, name) }, [
      words.join(` ${host.root}/srv/nfs`),
      OTHER,
    ]);
  });

  test("is recognized under any name that leads to it", () => {
    const host = nas();
    run(host, "apply", { OWNER: OTHER });
    symlinkSync(join(host.root, "srv/nfs/one"), join(host.root, "srv/nfs/mine"));
    const mine = { DIRECTORIES: below(host, "mine"), ADOPT: below(host, "mine") };
    refused(host, "apply", mine, [`mine (a link to ${host.root}/srv/nfs/one) belongs to ${OTHER}`]);
  });

  test("may lie beside it, also in a folder that nobody registered", () => {
    const host = nas();
    run(host, "apply", { OWNER: OTHER });
    const names = below(host, "deep/three", "one-more");
    expect(run(host, "apply", { DIRECTORIES: names })).toMatchObject(done);
    expect(run(host, "check", { OWNER: OTHER })).toMatchObject(done);
  });

  test("stays when a stack that asked for it too is destroyed", () => {
    const host = nas();
    run(host, "apply", { OWNER: OTHER });
    host.write("srv/nfs/one/data", "precious");
    const before = contents(host);
    const { code, stdout } = run(host, "archive");
    expect(code).toBe(0);
    expect(stdout).toContain(
      `one is not registered for storage-lab/course/directories, but for ${OTHER}: it is left as it is`,
    );
    expect(contents(host)).toEqual(before);
  });
});

describe("a state of before the register", () => {
  test("has its directories registered by its first update, and by no later one", () => {
    const host = nas();
    host.write("srv/nfs/one/data", "precious");
    const first = run(host, "update", { DIRECTORIES: below(host, "one") });
    expect(first).toMatchObject(done);
    expect(first.stdout).toContain("one is registered for storage-lab/course/directories from now on");
    mkdirSync(join(host.root, "srv/nfs/deep/two"), { recursive: true });
    refused(host, "update", {}, ["deep/two is there already and was not made by this program"]);
  });

  test.each<Record<string, ShellValue>>([{ DIRECTORIES: [] }, {}])(
    "is not one that made none, nor one whose export moved: %j",
    (change) => {
      const host = nas();
      run(host, "apply", change);
      host.write("srv/other/new/data", "");
      const paths = { EXPORT_PATH: join(host.root, "srv/other"), DIRECTORIES: [join(host.root, "srv/other/new")] };
      refused(host, "update", paths, ["new is there already"]);
    },
  );

  test("does not get what another stack's first update registered", () => {
    const host = nas();
    host.write("srv/nfs/one/data", "precious");
    run(host, "update", { OWNER: OTHER });
    refused(host, "update", {}, [`belongs to ${OTHER}`]);
  });

  test("its check says that it is in no register, without the values that it does not have", () => {
    const host = nas();
    host.write("srv/nfs/one/data", "");
    const { EXPORT_PATH, MODE } = values(host);
    const old = { EXPORT_PATH, DIRECTORIES: below(host, "one"), OWNER: "", MODE, GENERATION: 1 };
    expect(host.run("nfs-directories", "check", old)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/one is not registered[^]*has mode 755 instead of 0770\n$/) as string,
    });
  });
});

describe("a run that is cut off", () => {
  test.each(["install", "stat", "mv", "sync"])("at the first or second %s is finished by the next one", (tool) => {
    for (const nth of [1, 2]) {
      for (const isDone of [true, false]) {
        const host = nas();
        host.write("count", "0");
        const real = `"$ROOT/tools/${tool}" "$@"`;
        host.fake(
          tool,
          `count=$(($(cat "$ROOT/count") + 1)); echo "$count" >"$ROOT/count"
          if ((count == ${nth})); then ${isDone ? real : ":"}; kill -9 $PPID; fi; ${real}`,
        );
        run(host, "apply");
        host.write("count", "9");
        expect(run(host, "apply")).toMatchObject(done);
        expect(run(host, "check")).toMatchObject(done);
      }
    }
  });

  test("between making them and noting them leaves none that are nobody's", () => {
    const host = nas();
    host.fake("install", `"$ROOT/tools/install" "$@"; [[ $* != *deep* ]] || kill -9 $PPID`);
    expect(run(host, "apply").code).not.toBe(0);
    expect(host.list("srv/nfs")).toEqual(["deep", "one"]);
    rmSync(join(host.root, "bin/install"));
    refused(host, "apply", { OWNER: OTHER }, ["belongs to storage-lab/course/directories"]);
    expect(run(host, "apply")).toMatchObject(done);
  });
});

test("only root reads the register, and it is written only when something is new", () => {
  const host = nas();
  run(host, "apply");
  const mode = (path: string) => statSync(join(host.root, path)).mode & 0o777;
  expect([mode("var/lib/storage-lab"), mode(REGISTER)]).toEqual([0o700, 0o600]);
  const { ino } = statSync(join(host.root, REGISTER));
  run(host, "apply");
  expect(statSync(join(host.root, REGISTER)).ino).toBe(ino);
});

describe("archiving", () => {
  const names = (host: FakeHost) => host.list("srv/nfs").map((name) => name.replace(/\d{8}T\d{6}Z/, "TIME"));

  test("takes the entry along, and uses no name twice", () => {
    const host = nas();
    host.fake("date", "echo 20260101T000000Z");
    for (const text of ["first", "second", "third"]) {
      expect(run(host, "apply", { DIRECTORIES: below(host, "one") })).toMatchObject(done);
      host.write("srv/nfs/one/data", text);
      expect(run(host, "archive", { DIRECTORIES: below(host, "one") })).toMatchObject(done);
    }
    expect(names(host)).toEqual(["archived-one-TIME", "archived-one-TIME-2", "archived-one-TIME-3"]);
    expect(host.read("srv/nfs/archived-one-20260101T000000Z-3/data")).toBe("third");
    expect(run(host, "apply", { OWNER: OTHER })).toMatchObject(done);
  });

  test("leaves what nobody registered, and what replaced its own", () => {
    const host = nas();
    run(host, "apply");
    renameSync(join(host.root, "srv/nfs/one"), join(host.root, "srv/nfs/elsewhere"));
    host.write("srv/nfs/one/data", "of somebody");
    host.write("srv/nfs/three/data", "of nobody");
    const result = run(host, "archive", { DIRECTORIES: below(host, "one", "deep/two", "three") });
    expect(result).toMatchObject(done);
    expect(result.stdout).toContain("one was replaced since it was made: it is left as it is");
    expect(result.stdout).toContain("three is not registered for storage-lab/course/directories: it is left");
    expect(names(host)).toEqual(["deep", "elsewhere", "one", "three"]);
  });

  test("goes on after it was cut off, and takes nested ones with what holds them", () => {
    const host = nas();
    const change = { DIRECTORIES: below(host, "one", "one/inside", "two") };
    run(host, "apply", change);
    host.fake("mv", `"$ROOT/tools/mv" "$@"; kill -9 $PPID`);
    expect(run(host, "archive", change).code).not.toBe(0);
    rmSync(join(host.root, "bin/mv"));
    expect(run(host, "archive", change)).toMatchObject(done);
    expect(names(host)).toEqual(["archived-one-TIME", "archived-two-TIME"]);
    expect(host.read(REGISTER)).not.toContain("directory");
  });

  test("archives nothing where the export is not what it was", () => {
    const host = nas();
    run(host, "apply");
    renameSync(join(host.root, "srv/nfs"), join(host.root, "srv/disk"));
    for (const isThere of [false, true]) {
      if (isThere) host.write("srv/nfs/one/data", "of another disk");
      expect(run(host, "archive")).toMatchObject(done);
      expect(existsSync(join(host.root, "srv/nfs/one"))).toBe(isThere);
    }
    expect(host.read(REGISTER)).toContain("deep/two");
  });
});
