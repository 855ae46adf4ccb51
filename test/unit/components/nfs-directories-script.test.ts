import { chmodSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { below, FakeHost, nasDirectories as values } from "./fake-host";

test("makes all, and fixes their mode when run again", () => {
  const host = new FakeHost();
  host.write("srv/nfs/keep", "");
  expect(host.run("nfs-directories", "apply", values(host))).toMatchObject({ code: 0, stderr: "" });
  const modes = () => values(host).DIRECTORIES.map((path) => statSync(path).mode & 0o7777);
  expect(modes()).toEqual([0o770, 0o770]);
  expect(host.run("nfs-directories", "check", values(host)).code).toBe(0);
  expect(host.run("nfs-directories", "apply", values(host, { MODE: "0700" })).code).toBe(0);
  expect(modes()).toEqual([0o700, 0o700]);
  expect(host.run("nfs-directories", "check", values(host)).stderr).toContain("has mode 700 instead of 0770");
});

test("without a mode, new ones get 0755 and those that exist are left alone", () => {
  const host = new FakeHost();
  host.write("srv/nfs/one/data", "precious");
  chmodSync(join(host.root, "srv/nfs/one"), 0o2770);
  const plain = values(host, { MODE: "", ADOPT: below(host, "one") });
  expect(host.run("nfs-directories", "apply", plain, 0o077)).toMatchObject({ code: 0, stderr: "" });
  expect(values(host).DIRECTORIES.map((path) => statSync(path).mode & 0o7777)).toEqual([0o2770, 0o755]);
  expect(host.run("nfs-directories", "check", plain)).toMatchObject({ code: 0, stderr: "" });
  host.fake("chown", ":");
  host.calls();
  expect(host.run("nfs-directories", "apply", values(host, { MODE: "", FILE_OWNER: "999:1000" })).code).toBe(0);
  expect(host.calls()).toEqual([`chown -- 999:1000 ${values(host).DIRECTORIES.join(" ")}`]);
});

test("gives them their owner in one call", () => {
  const host = new FakeHost();
  host.write("srv/nfs/keep", "");
  host.run("nfs-directories", "apply", values(host));
  host.fake("install", ":");
  host.run("nfs-directories", "apply", values(host, { FILE_OWNER: "999:1000" }));
  expect(host.calls()).toEqual([`install -d -o 999 -g 1000 -m 000770 -- ${values(host).DIRECTORIES.join(" ")}`]);
});

test("refuses when the export is not there", () => {
  const host = new FakeHost();
  expect(host.run("nfs-directories", "apply", values(host)).stderr).toContain("is not a directory on this host");
});

test("refuses a directory that a link leads out of the export", () => {
  const host = new FakeHost();
  host.write("srv/nfs/keep", "");
  host.write("outside/secret", "");
  symlinkSync(join(host.root, "outside"), join(host.root, "srv/nfs/deep"));
  const run = host.run("nfs-directories", "apply", values(host));
  expect(run.stderr).toContain("A symbolic link leads out of");
  expect(host.list("srv/nfs")).toEqual(["deep", "keep"]);
  expect(host.list("outside")).toEqual(["secret"]);
});

test("archives by renaming, with the data in it", () => {
  const host = new FakeHost();
  host.write("srv/nfs/keep", "");
  host.run("nfs-directories", "apply", values(host));
  host.write("srv/nfs/one/data", "precious");
  host.fake("date", "echo 20260101T000000Z");
  const run = host.run("nfs-directories", "archive", values(host));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(host.read("srv/nfs/archived-one-20260101T000000Z/data")).toBe("precious");
  expect(host.has("srv/nfs/one")).toBe(false);
});

test("a mode is the whole mode: a bit for the group that one has and the mode has not goes away", () => {
  const host = new FakeHost();
  host.write("srv/nfs/one/data", "");
  chmodSync(join(host.root, "srv/nfs/one"), 0o2755);
  expect(host.run("nfs-directories", "apply", values(host, { ADOPT: below(host, "one") })).code).toBe(0);
  expect(host.run("nfs-directories", "check", values(host))).toMatchObject({ code: 0, stderr: "" });
});

test.each(["root:0", "0:root", "root:root", "0:0"])(
  "an owner may be written %s, with names, numbers or both",
  (FILE_OWNER) => {
    const host = new FakeHost();
    host.write("srv/nfs/keep", "");
    host.run("nfs-directories", "apply", values(host));
    // Whoever runs the tests is not always root.
    host.fake("stat", 'set -- "${@//%[UG]/root}"; "$ROOT/tools/stat" "${@//%[ug]/0}"');
    expect(host.run("nfs-directories", "check", values(host, { FILE_OWNER }))).toMatchObject({ code: 0, stderr: "" });
    const other = { FILE_OWNER: FILE_OWNER.replace(/:.*/, ":daemon") };
    expect(host.run("nfs-directories", "check", values(host, other)).stderr).toContain(
      "belongs to root:root instead of",
    );
  },
);

test.each(["", "0770"])("none are made of an empty list (mode %j)", (MODE) => {
  const host = new FakeHost();
  host.write("srv/nfs/keep", "");
  const none = values(host, { DIRECTORIES: [], FILE_OWNER: "999:999", MODE });
  for (const action of ["apply", "check", "archive"]) {
    expect(host.run("nfs-directories", action, none)).toMatchObject({ code: 0, stderr: "" });
  }
  expect(host.list("srv/nfs")).toEqual(["keep"]);
});
