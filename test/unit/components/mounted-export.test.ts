import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read, type ScriptName } from "../../../components/nfs/script-text";
import { below, FakeHost, nasDirectories as values } from "./fake-host";

// The scripts in a pod that mounts an export: no SSH, no flock, the register on the export, and busybox's programs.

const done = { code: 0, stderr: "" };

/** A pod whose mount point is the folder srv/nfs; it has none of the programs that an image may lack. */
function pod(): FakeHost {
  const host = new FakeHost();
  for (const tool of ["install", "flock", "realpath"]) rmSync(join(host.root, "tools", tool));
  symlinkSync("/usr/bin/readlink", join(host.root, "tools/readlink"));
  symlinkSync("/usr/bin/chown", join(host.root, "tools/chown"));
  // Of GNU's, what busybox has not.
  host.fake(
    "stat",
    '[[ $1 == -c && $2 != *%.* ]] || { echo "stat: not here: $*" >&2; exit 1; }; exec "$ROOT/tools/stat" "$@"',
  );
  host.fake(
    "find",
    '[[ $* != *-delete* && $1 != -P ]] || { echo "find: not here: $*" >&2; exit 1; }; exec "$ROOT/tools/find" "$@"',
  );
  mkdirSync(join(host.root, "srv/nfs"), { recursive: true });
  return host;
}

const run = (host: FakeHost, action: string, change = {}, script: ScriptName = "export-directories") =>
  host.run(script, action, values(host, change));
const REGISTER = "srv/nfs/.storage-lab/directories";

test("makes directories with their mode, and keeps the register on the export, for root alone", () => {
  const host = pod();
  expect(run(host, "apply")).toMatchObject(done);
  expect(values(host).DIRECTORIES.map((path) => statSync(path).mode & 0o7777)).toEqual([0o770, 0o770]);
  expect(host.read(REGISTER)).toContain(`directory ${values(host).OWNER} ${host.stat("srv/nfs/one").ino}@0 `);
  expect(host.stat("srv/nfs/.storage-lab").mode & 0o777).toBe(0o700);
  expect(host.stat(REGISTER).mode & 0o777).toBe(0o600);
  expect(host.list("srv/nfs/.storage-lab")).toEqual(["directories"]);
  expect(run(host, "check")).toMatchObject(done);
  expect(run(host, "apply")).toMatchObject(done);
});

test("a foreign directory is an error, unless it is adopted", () => {
  const host = pod();
  host.write("srv/nfs/one/data", "precious");
  const refused = run(host, "apply");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("/one is there already and was not made by this program");
  expect(host.list("srv/nfs")).toEqual([".storage-lab", "one"]);
  expect(run(host, "apply", { ADOPT: below(host, "one") })).toMatchObject(done);
  expect(host.read("srv/nfs/one/data")).toBe("precious");
});

test("a directory of another stack is an error also for who would adopt it", () => {
  const host = pod();
  expect(run(host, "apply")).toMatchObject(done);
  const other = run(host, "apply", { OWNER: "storage-lab/other/directories", ADOPT: below(host, "one") });
  expect(other.stderr).toContain(`one belongs to ${values(host).OWNER} (project/stack/component): use another name.`);
});

test("a directory that was moved is found by its number, and left to a person", () => {
  const host = pod();
  expect(run(host, "apply")).toMatchObject(done);
  mkdirSync(join(host.root, "srv/nfs/student"));
  renameSync(join(host.root, "srv/nfs/one"), join(host.root, "srv/nfs/student/mine"));
  expect(run(host, "check").stderr).toContain("/one is not there; it is at ");
  expect(run(host, "apply").stderr).toContain("may be at ");
  expect(host.list("srv/nfs/student")).toEqual(["mine"]);
});

test("a directory that is gone is made again, whatever in the register's folder has its number now", () => {
  const host = pod();
  expect(run(host, "apply")).toMatchObject(done);
  const { ino } = host.stat("srv/nfs/one");
  rmdirSync(join(host.root, "srv/nfs/one"));
  mkdirSync(join(host.root, "srv/nfs/.storage-lab/snapshots"));
  const { ino: next } = host.stat("srv/nfs/.storage-lab/snapshots");
  host.write(REGISTER, host.read(REGISTER).replaceAll(`${ino}@0`, `${next}@0`));
  expect(run(host, "apply")).toMatchObject(done);
  expect(host.has("srv/nfs/one")).toBe(true);
});

test("a link out of the export is refused", () => {
  const host = pod();
  mkdirSync(join(host.root, "outside"));
  symlinkSync(join(host.root, "outside"), join(host.root, "srv/nfs/one"));
  expect(run(host, "apply").stderr).toContain("A symbolic link leads out of");
});

test("one run at a time: who holds the lock is waited for, and taken for dead when it says nothing new", () => {
  const host = pod();
  host.minutesPass = true;
  host.write("srv/nfs/.storage-lab/lock", "pod-a 7\n");
  expect(run(host, "apply")).toMatchObject(done);
  expect(host.list("srv/nfs/.storage-lab")).toEqual(["directories"]);
});

test("who holds the lock is not taken for dead while the server itself said nothing", () => {
  const host = pod();
  host.minutesPass = true;
  host.write("srv/nfs/.storage-lab/lock", "pod-a 7\n");
  // The second look is answered late; at the third one the other run has ended.
  const lock = `[[ $* == *.storage-lab/lock ]] || exec "$ROOT/tools/cat" "$@"; echo >>"$ROOT/looks"`;
  const late = `case $(wc -l <"$ROOT/looks") in 1) ;; 2) sleep 7 ;; *) rm -f "\${@: -1}"; exit ;; esac; echo pod-a 7`;
  symlinkSync("/usr/bin/wc", join(host.root, "tools/wc"));
  host.fake("cat", `${lock}; ${late}`);
  host.fake("mv", 'exec "$ROOT/tools/mv" "$@"');
  expect(run(host, "apply")).toMatchObject(done);
  expect(host.calls().filter((call) => /^mv .*lock/.test(call))).toEqual([]);
});

test("a look takes no lock and writes nothing", () => {
  const host = pod();
  expect(run(host, "apply")).toMatchObject(done);
  host.write("srv/nfs/.storage-lab/lock", "pod-a 7\n");
  expect(run(host, "check")).toMatchObject(done);
  expect(host.read("srv/nfs/.storage-lab/lock")).toBe("pod-a 7\n");
});

test("a server that does not let the pod's user write, or give directories away, is named as the cause", () => {
  const host = pod();
  host.fake("mkdir", "echo \"mkdir: can't create directory '${@: -1}': Permission denied\" >&2; exit 1");
  const kept = run(host, "apply");
  expect(kept.stderr).toContain("uid 0 of this pod may not write to");
  expect(kept.stderr).toContain("Permission denied");
  const squashed = pod();
  squashed.fake("chown", 'echo "chown: Operation not permitted" >&2; exit 1');
  const { stderr } = run(squashed, "apply", { FILE_OWNER: "999:999" });
  expect(stderr).toContain("does not let uid 0 of this pod make the directories with owner 999:999 and mode 0770");
});

test("snapshots are on the export, and put the data back", () => {
  const host = pod();
  const snapshot = (action: string) => run(host, action, { SNAPSHOT: "lesson", REPLACE: true }, "export-snapshot");
  expect(run(host, "apply")).toMatchObject(done);
  host.write("srv/nfs/one/deep/data", "precious");
  expect(snapshot("save")).toMatchObject(done);
  expect(snapshot("list").stdout).toMatch(/^lesson\t/);
  host.write("srv/nfs/one/later", "");
  expect(snapshot("empty")).toMatchObject(done);
  expect(host.list("srv/nfs/one")).toEqual([]);
  expect(snapshot("restore")).toMatchObject(done);
  expect(host.read("srv/nfs/one/deep/data")).toBe("precious");
  expect(host.list("srv/nfs/one")).toEqual(["deep"]);
});

describe("the first process of the pod", () => {
  const start = (script: string, { path, shown = "nas:/volume1/k8s" }: { path?: string; shown?: string } = {}) => {
    const folder = mkdtempSync(join(tmpdir(), "export-pod-"));
    const text = read("export-pod").replaceAll("/dev/termination-log", join(folder, "last-words"));
    writeFileSync(join(folder, "last-words"), "");
    const words = ["-c", text, "storage-lab", script, "check", "/storage-lab-export", shown];
    const env = { PATH: path ?? process.env.PATH };
    const { status, stdout, stderr } = spawnSync("/bin/sh", words, { encoding: "utf8", env });
    const last = spawnSync("cat", [join(folder, "last-words")], { encoding: "utf8" }).stdout;
    rmSync(folder, { recursive: true });
    return { code: status, stdout, stderr, last };
  };

  test("leaves the script's complaint as its last word, with the export by its own name", () => {
    const ended = start('echo "progress of $1"; echo "/storage-lab-export/one is not there" >&2; exit 3');
    const complaint = "nas:/volume1/k8s/one is not there\n";
    expect(ended).toEqual({ code: 3, stdout: "progress of check\n", stderr: complaint, last: complaint });
  });

  test.each([
    ["nas:/", "nas:/one in nas:/\n"],
    ["nas:/a b&c|d", "nas:/a b&c|d/one in nas:/a b&c|d\n"],
  ])("shows what is in %s as clients mount it", (shown, words) => {
    expect(start('echo "/storage-lab-export/one in /storage-lab-export" >&2', { shown }).last).toBe(words);
  });

  test("says that an image has no bash", () => {
    const programs = mkdtempSync(join(tmpdir(), "no-bash-"));
    symlinkSync("/usr/bin/tee", join(programs, "tee"));
    const { code, last } = start("exit 0", { path: programs });
    rmSync(programs, { recursive: true });
    expect([code, last]).toEqual([1, "The image has no bash, which the scripts need: give another one.\n"]);
  });
});
