import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { FakeHost, nasDirectories as values } from "./fake-host";

// Directories that are not where they were made.

const done = { code: 0, stderr: "" };

/** A host whose export has both directories, with data in `one`. */
function nas(): FakeHost {
  const host = new FakeHost();
  mkdirSync(join(host.root, "srv/nfs"), { recursive: true });
  expect(apply(host)).toMatchObject(done);
  host.write("srv/nfs/one/data", "precious");
  return host;
}

const apply = (host: FakeHost, change = {}) => host.run("nfs-directories", "apply", values(host, change));
const check = (host: FakeHost, change = {}) => host.run("nfs-directories", "check", values(host, change));
const move = (host: FakeHost, from: string, to: string) => {
  mkdirSync(join(host.root, to, ".."), { recursive: true });
  renameSync(join(host.root, from), join(host.root, to));
};

test("a directory that was moved is moved back, and is the same one for those that have it open", () => {
  const host = nas();
  const { ino } = statSync(join(host.root, "srv/nfs/one"));
  move(host, "srv/nfs/one", "srv/nfs/of student/old one");
  const moved = `${host.root}/srv/nfs/of student/old one`;
  expect(check(host).stderr).toBe(`${host.root}/srv/nfs/one is not there; it is at ${moved}\n`);
  const run = apply(host);
  expect(run).toMatchObject(done);
  expect(run.stdout).toContain(`one had been moved to ${moved}: it is back, with its data`);
  expect(host.read("srv/nfs/one/data")).toBe("precious");
  expect(statSync(join(host.root, "srv/nfs/one")).ino).toBe(ino);
  expect(check(host)).toMatchObject(done);
});

test.each([
  ["ends in a blank", "old "],
  ["has the end of a line in it", "old\none"],
  ["is deep", `${"d/".repeat(20)}one`],
])("a place whose name %s is found too", (_what, place) => {
  const host = nas();
  move(host, "srv/nfs/one", `srv/nfs/${place}`);
  expect(apply(host)).toMatchObject(done);
  expect(host.read("srv/nfs/one/data")).toBe("precious");
});

test("users and groups may have blanks in their names", () => {
  const host = nas();
  const stat = execFileSync("bash", ["-c", "command -v stat"], { encoding: "utf8" }).trim();
  rmSync(join(host.root, "tools/stat"));
  host.fake("stat", `args=("$@"); args=("\${args[@]//%G/domain users}"); exec ${stat} "\${args[@]}"`);
  expect(apply(host)).toMatchObject(done);
  expect(check(host, { FILE_OWNER: "999:1000" }).stderr).toContain(":domain users instead of 999:1000");
});

test("one that lies in another one comes back with it, and one whose folder is gone too", () => {
  const host = nas();
  const both = { DIRECTORIES: ["one", "one/inside", "deep/two"].map((name) => join(host.root, "srv/nfs", name)) };
  expect(apply(host, both)).toMatchObject(done);
  move(host, "srv/nfs/one", "srv/nfs/elsewhere");
  move(host, "srv/nfs/deep/two", "srv/nfs/two");
  rmSync(join(host.root, "srv/nfs/deep"), { recursive: true });
  expect(apply(host, both)).toMatchObject(done);
  expect(host.list("srv/nfs")).toEqual(["deep", "one"]);
  expect(host.list("srv/nfs/one")).toEqual(["data", "inside"]);
  expect(check(host, both)).toMatchObject(done);
});

test("with another directory in its place, none is guessed to be the right one", () => {
  const host = nas();
  move(host, "srv/nfs/one", "srv/nfs/old");
  host.write("srv/nfs/one/data", "newer");
  const old = `${host.root}/srv/nfs/old`;
  expect(check(host).stderr).toContain(`one was replaced by another directory; it is at ${old}`);
  const run = apply(host, { MODE: "0700" });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`one was moved to ${old}, and another directory is in its place`);
  expect([host.read("srv/nfs/one/data"), host.read("srv/nfs/old/data")]).toEqual(["newer", "precious"]);
  expect(statSync(join(host.root, "srv/nfs/deep/two")).mode & 0o777).toBe(0o770);
  // Either way out works.
  move(host, "srv/nfs/old", "elsewhere");
  expect(apply(host)).toMatchObject(done);
  expect([host.read("srv/nfs/one/data"), check(host).code]).toEqual(["newer", 0]);
});

test("one that is nowhere is made again, and its loss is said", () => {
  const host = nas();
  rmSync(join(host.root, "srv/nfs/one"), { recursive: true });
  expect(check(host).stderr).toBe(`${host.root}/srv/nfs/one is not there\n`);
  const run = apply(host);
  expect(run).toMatchObject(done);
  expect(run.stdout).toContain("it is made again, empty. The data that was in it is gone from here.");
  expect(check(host)).toMatchObject(done);
});

test("a directory that got the number of a removed one is not taken for it", () => {
  const host = nas();
  const { ino } = statSync(join(host.root, "srv/nfs/one"));
  rmSync(join(host.root, "srv/nfs/one"), { recursive: true });
  host.write("srv/nfs/of-somebody/data", "precious");
  const real = '"$ROOT/tools/stat" "$@" | ';
  const pattern = `s/^[0-9]+@(.*of-somebody)$/${ino}@\\1/`;
  host.fake("stat", `${real} sed -E '${pattern}'`);
  host.fake("find", `echo "$ROOT/srv/nfs/of-somebody"`);
  expect(apply(host)).toMatchObject(done);
  expect(host.list("srv/nfs/of-somebody")).toEqual(["data"]);
  expect(host.list("srv/nfs/one")).toEqual([]);
});

test("where the file system does not tell when a directory was made, a find is a question", () => {
  const host = new FakeHost();
  mkdirSync(join(host.root, "srv/nfs"), { recursive: true });
  host.fake("stat", '"$ROOT/tools/stat" "${@//%.9W/0.000000000}"');
  expect(apply(host)).toMatchObject(done);
  move(host, "srv/nfs/one", "srv/nfs/elsewhere");
  const { code, stderr } = apply(host);
  expect(code).toBe(1);
  expect(stderr).toContain(`one is not there, and may be at ${host.root}/srv/nfs/elsewhere`);
  expect(host.list("srv/nfs")).toEqual(["deep", "elsewhere"]);
  mkdirSync(join(host.root, "srv/nfs/one"));
  expect(apply(host)).toMatchObject(done);
});

test("a search that takes too long makes none again", () => {
  const host = nas();
  move(host, "srv/nfs/one", "srv/nfs/elsewhere");
  host.fake("timeout", "exit 124");
  const { code, stderr } = apply(host);
  expect(code).toBe(1);
  expect(stderr).toContain("one is not there, and 60 s were not enough to look for it");
  expect(host.has("srv/nfs/one")).toBe(false);
});

test.each([[[]], [["deep", "one"]]])("nothing is made on a disk that is not the export's, where %j are", (names) => {
  const host = nas();
  move(host, "srv/nfs", "srv/unmounted");
  for (const name of ["", ...names]) mkdirSync(join(host.root, "srv/nfs", name));
  const { code, stderr } = apply(host);
  expect(code).toBe(1);
  expect(stderr).toContain("nfs is not the folder that it was: is its disk mounted?");
  expect(host.list("srv/nfs")).toEqual(names);
  execFileSync("bash", ["-c", /sed -i '.*' \S+/.exec(stderr)![0]]);
  expect(apply(host)).toMatchObject(done);
  expect(check(host)).toMatchObject(done);
});
