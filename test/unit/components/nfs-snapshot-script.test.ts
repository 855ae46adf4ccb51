import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { below, FakeHost, nasDirectories, type Run } from "./fake-host";

const SNAPSHOTS = "var/lib/storage-lab/snapshots/storage-lab:course:directories";
const done = { code: 0, stderr: "" };

/** A host with the directories `one` and `deep/two`, and files in them. */
function nas(): FakeHost {
  const host = new FakeHost();
  mkdirSync(join(host.root, "srv/nfs"), { recursive: true });
  expect(host.run("nfs-directories", "apply", nasDirectories(host))).toMatchObject(done);
  host.write("srv/nfs/one/data", "first");
  host.write("srv/nfs/deep/two/sub/data", "second");
  return host;
}

const run = (host: FakeHost, action: string, SNAPSHOT = "lesson", change = {}): Run =>
  host.run("nfs-snapshot", action, { ...nasDirectories(host), SNAPSHOT, REPLACE: false, ...change });
const path = (host: FakeHost, name: string) => join(host.root, "srv/nfs", name);

test("what was saved comes back: contents, modes, times, links, in the same directories; and what came later goes", () => {
  const host = nas();
  chmodSync(path(host, "one"), 0o2750);
  chmodSync(path(host, "one/data"), 0o604);
  utimesSync(path(host, "one/data"), 1e9, 1e9);
  linkSync(path(host, "one/data"), path(host, "one/same"));
  symlinkSync("/etc/passwd", path(host, "one/link"));
  expect(run(host, "save")).toMatchObject(done);
  const { ino } = statSync(path(host, "one"));

  host.write("srv/nfs/one/data", "changed by a student");
  host.write("srv/nfs/one/.hidden/deep/data", "later");
  host.write("srv/nfs/beside", "of others");
  rmSync(path(host, "one/link"));
  symlinkSync(path(host, "beside"), path(host, "one/link"));
  rmSync(path(host, "deep/two/sub"), { recursive: true });
  expect(run(host, "restore")).toMatchObject(done);

  expect(host.list("srv/nfs/one")).toEqual(["data", "link", "same"]);
  expect([host.read("srv/nfs/one/data"), host.read("srv/nfs/deep/two/sub/data")]).toEqual(["first", "second"]);
  expect(statSync(path(host, "one"))).toMatchObject({ ino });
  expect(statSync(path(host, "one")).mode & 0o7777).toBe(0o2750);
  expect(statSync(path(host, "one/data"))).toMatchObject({ mtimeMs: 1e12, ino: statSync(path(host, "one/same")).ino });
  expect(statSync(path(host, "one/data")).mode & 0o7777).toBe(0o604);
  expect(host.read("srv/nfs/beside")).toBe("of others");
  expect(host.run("nfs-directories", "check", nasDirectories(host, { MODE: "" }))).toMatchObject(done);
});

test("a snapshot is out of every client's reach", () => {
  const host = nas();
  run(host, "save");
  expect(statSync(join(host.root, "var/lib/storage-lab")).mode & 0o777).toBe(0o700);
  expect(statSync(join(host.root, SNAPSHOTS)).mode & 0o777).toBe(0o700);
});

test.each(["list", "save"])("while another run is at work, %s tells it", (action) => {
  const host = nas();
  host.fake("flock", "exit 1");
  const { code, stderr } = run(host, action);
  expect(code).toBe(1);
  // Who only looks is answered within the limit of a look.
  expect(stderr).toContain(`storage-lab.lock after ${action === "list" ? 3 : 300} s`);
});

test("of some directories, only these come back", () => {
  const host = nas();
  run(host, "save");
  host.write("srv/nfs/one/data", "kept");
  host.write("srv/nfs/deep/two/sub/data", "goes");
  expect(run(host, "restore", "lesson", { DIRECTORIES: below(host, "deep/two") })).toMatchObject(done);
  expect([host.read("srv/nfs/one/data"), host.read("srv/nfs/deep/two/sub/data")]).toEqual(["kept", "second"]);
});

test("nested directories are one, and those beside them are not", () => {
  const host = nas();
  const DIRECTORIES = below(host, "one", "one-more", "one/inside");
  host.run("nfs-directories", "update", nasDirectories(host, { DIRECTORIES }));
  host.write("srv/nfs/one/inside/data", "inside");
  expect(run(host, "save", "all", { DIRECTORIES })).toMatchObject(done);
  expect(run(host, "list").stdout).toMatch(/^all\t\S+Z\t[1-9]\d*\tone-more one\n$/);
  host.write("srv/nfs/one/inside/data", "changed");
  expect(run(host, "restore", "all", { DIRECTORIES: below(host, "one/inside") })).toMatchObject(done);
  expect(host.read("srv/nfs/one/inside/data")).toBe("inside");
});

test("empties them, and nothing else", () => {
  const host = nas();
  host.write("srv/nfs/beside/data", "of others");
  host.write("srv/nfs/one/.hidden", "");
  symlinkSync(path(host, "beside"), path(host, "one/link"));
  const { ino } = statSync(path(host, "one"));
  expect(run(host, "empty", "")).toMatchObject(done);
  expect([host.list("srv/nfs/one"), host.list("srv/nfs/deep/two")]).toEqual([[], []]);
  expect(host.read("srv/nfs/beside/data")).toBe("of others");
  expect(statSync(path(host, "one")).ino).toBe(ino);
});

// find empties them, du tells before how much is in them: then a client has its moment.
test.each(["find", "du"])(
  "no other directory that somebody makes of one during %s is emptied, or filled",
  (program) => {
    const host = nas();
    run(host, "save");
    host.write("etc/cron.d/own", "of the host");
    const one = path(host, "one");
    host.fake(
      program,
      `"$ROOT/tools/${program}" "$@"; [[ -L ${one} ]] || { mv "${one}" "${one}.away"; /bin/ln -s "$ROOT/etc/cron.d" "${one}"; }`,
    );
    const { code, stderr } = run(host, "restore");
    expect(host.list("etc/cron.d")).toEqual(["own"]);
    expect(code).toBe(1);
    expect(stderr).toContain("was replaced by another directory meanwhile");
  },
);

test("lists them one a line, and removes them by name", () => {
  const host = nas();
  expect(run(host, "list", "")).toEqual({ ...done, stdout: "" });
  run(host, "save", "b");
  run(host, "save", "a.1");
  expect(run(host, "list", "").stdout).toMatch(/^a\.1\t\d{4}-\S+Z\t[1-9]\d*\tdeep\/two one\nb\t.*\n$/);
  expect(run(host, "remove", "b")).toMatchObject(done);
  expect(run(host, "list", "").stdout).toMatch(/^a\.1.*\n$/);
  expect(run(host, "remove", "b").stderr).toContain(
    "There is no snapshot b of storage-lab/course/directories. There are: a.1.",
  );
  expect(run(host, "restore", "b").stderr).toContain("There is no snapshot b");
});

test("keeps a snapshot of the name, but for one that may be replaced", () => {
  const host = nas();
  run(host, "save");
  host.write("srv/nfs/one/data", "newer");
  expect(run(host, "save").stderr).toContain("There is a snapshot lesson already");
  expect(host.read(`${SNAPSHOTS}/lesson/data/one/data`)).toBe("first");
  expect(run(host, "save", "lesson", { REPLACE: true })).toMatchObject(done);
  expect(host.read(`${SNAPSHOTS}/lesson/data/one/data`)).toBe("newer");
  expect(host.list(SNAPSHOTS)).toEqual(["lesson"]);
});

test.each(["", ".", "..", "../other", "a b", "-a", ".hidden", "a/b", "x".repeat(101)])(
  "refuses the name %j",
  (name) => {
    const host = nas();
    for (const action of ["save", "restore", "remove"]) {
      expect(run(host, action, name).stderr).toContain(`"${name}" is not a name for a snapshot`);
    }
    expect(host.has("var/lib/storage-lab/snapshots")).toBe(false);
  },
);

test.each(["save", "restore", "empty"])(
  "%s touches only what is registered for this owner, and is what was made",
  (action) => {
    const host = nas();
    run(host, "save");
    host.write("srv/nfs/nobodys/data", "of others");
    const nobodys = { DIRECTORIES: below(host, "one", "nobodys") };
    expect(run(host, action, "x", nobodys).stderr).toContain(
      "nobodys is not registered for storage-lab/course/directories.",
    );
    const other = run(host, action, "x", { OWNER: "storage-lab/course-b/directories" });
    expect(other.stderr).toContain(
      "one is not registered for storage-lab/course-b/directories, but for storage-lab/course/",
    );
    renameSync(path(host, "one"), path(host, "elsewhere"));
    host.write("srv/nfs/one/data", "of others");
    expect(run(host, action, "x").stderr).toContain("one is not the directory that was made, or is not there");
    expect(run(host, action, "x", { DIRECTORIES: [] }).stderr).toContain("No directory is named");
    for (const name of ["nobodys", "one"]) expect(host.read(`srv/nfs/${name}/data`)).toBe("of others");
  },
);

test("a directory that the snapshot does not have keeps what is in it, and so do the others", () => {
  const host = nas();
  run(host, "save", "half", { DIRECTORIES: below(host, "one") });
  host.write("srv/nfs/one/data", "newer");
  expect(run(host, "restore", "half").stderr).toContain("The snapshot half has no deep/two. Nothing was changed.");
  expect(host.read("srv/nfs/one/data")).toBe("newer");
});

test("without the space for it nothing is begun", () => {
  const host = nas();
  run(host, "save");
  host.write("srv/nfs/one/data", "newer");
  host.fake("df", "echo; echo /dev/vda 100 97 3 97% /");
  host.fake("du", "[[ $* == *snapshots* ]] && echo '9000 total' || echo '5000 total'");
  host.fake("cut", "while read -r size _; do echo $size; done");
  expect(run(host, "save", "x").stderr).toContain(
    "snapshots/storage-lab:course:directories has 0 MB free, and 5 MB are needed.",
  );
  expect(run(host, "restore").stderr).toContain("srv/nfs has 0 MB free, and 4 MB are needed.");
  expect([host.read("srv/nfs/one/data"), host.list(SNAPSHOTS)]).toEqual(["newer", ["lesson"]]);
});

describe("a run that is cut off", () => {
  /** Kills the next run before or after its nth call of one of these tools. */
  const killAt = (host: FakeHost, nth: number, isDone: boolean) => {
    host.write("count", "0");
    for (const tool of ["cp", "mv", "rm", "sync", "find"]) {
      const real = `"$ROOT/tools/${tool}" "$@"`;
      host.fake(
        tool,
        `count=$(($(cat "$ROOT/count") + 1)); echo "$count" >"$ROOT/count"
        if ((count == ${nth})); then ${isDone ? real : ":"}; kill -9 $PPID; fi; ${real}`,
      );
    }
  };

  // rm, cp, sync, mv, mv, sync, rm.
  const moments = [2, 3, 4, 5, 6, 7].flatMap((nth) => [true, false].map((isDone) => ({ nth, isDone })));

  test.each(moments)("while it replaces a snapshot leaves a whole one (%j)", ({ nth, isDone }) => {
    const host = nas();
    run(host, "save", "lesson", { REPLACE: true });
    host.write("srv/nfs/one/data", "newer");
    killAt(host, nth, isDone);
    run(host, "save", "lesson", { REPLACE: true });
    killAt(host, 0, false);
    expect(run(host, "list", "").stdout).toMatch(/^lesson\t.*\n$/);
    expect(host.list(SNAPSHOTS)).toEqual(["lesson"]);
    expect(run(host, "restore")).toMatchObject(done);
    expect(["first", "newer"]).toContain(host.read("srv/nfs/one/data"));
    expect(host.read("srv/nfs/deep/two/sub/data")).toBe("second");
    expect(run(host, "save", "lesson", { REPLACE: true })).toMatchObject(done);
  });

  // rm, find, cp, cp, sync.
  test.each([2, 3, 4, 5])("while it restores is finished by the next one (command %i)", (nth) => {
    const host = nas();
    run(host, "save");
    host.write("srv/nfs/one/data", "newer");
    killAt(host, nth, nth % 2 === 0);
    run(host, "restore");
    killAt(host, 0, false);
    expect(run(host, "restore")).toMatchObject(done);
    expect([host.read("srv/nfs/one/data"), host.read("srv/nfs/deep/two/sub/data")]).toEqual(["first", "second"]);
  });

  test("while it removes leaves no half of a snapshot", () => {
    const host = nas();
    run(host, "save");
    killAt(host, 3, false);
    run(host, "remove");
    killAt(host, 0, false);
    expect(run(host, "list", "").stdout).toBe("");
    expect(host.list(SNAPSHOTS)).toEqual([]);
  });
});

test("a stack that was renamed is told how to get its snapshots along with its directories", () => {
  const host = nas();
  run(host, "save");
  const renamed = { OWNER: "storage-lab/renamed/directories" };
  const { stderr } = host.run("nfs-directories", "apply", nasDirectories(host, renamed));
  expect(stderr).toMatch(
    /sed -i '.*' \S+ && mv -T \S+storage-lab:course:directories \S+storage-lab:renamed:directories\n/,
  );
});
