import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FakeHost, nasExport } from "./fake-host";

const FILE = "etc/exports.d/nas.exports";
const NOTES = "var/lib/storage-lab/exports";

/** A host with a folder of the given mode, which is not exported yet. */
function withFolder(mode = 0o2750): FakeHost {
  const host = new FakeHost();
  host.write("srv/nfs/data", "precious");
  host.chmod("srv/nfs", mode);
  return host;
}

const mode = (host: FakeHost, path = "srv/nfs") => host.stat(path).mode & 0o7777;

/** Lets the nth call of the command be the run's end. */
const killAt = (host: FakeHost, tool: string, nth: number) =>
  host.fake(
    tool,
    `echo x >>"$ROOT/count"; "$ROOT/tools/${tool}" "$@"
    (($(grep -c x "$ROOT/count") != ${nth})) || kill -9 $PPID $$`,
  );

describe("a home is not exported, wherever it is", () => {
  const users = (host: FakeHost, line: string) => host.write("etc/passwd", line.replaceAll("ROOT", host.root));

  test.each([
    ["teacher:x:1000:1000::ROOT/srv/nfs:/bin/bash", "is the home of the user teacher"],
    [
      "teacher:x:1000:1000::ROOT/srv/nfs/homes/teacher:/bin/bash",
      "/srv/nfs/homes/teacher, the home of the user teacher",
    ],
    ["git:x:200:200::ROOT/srv/nfs/git:", "srv/nfs/git, the home of the user git"],
  ])("%s", (line, words) => {
    const host = withFolder();
    users(host, line);
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(words);
    expect([mode(host), host.calls(), host.has(FILE)]).toEqual([0o2750, [], false]);
  });

  test("a hidden folder in one neither", () => {
    const host = new FakeHost();
    users(host, "teacher:x:1000:1000::ROOT/data/teacher:/bin/bash");
    const EXPORT_PATH = join(host.root, "data/teacher/.ssh");
    const run = host.run("nfs-server", "apply", nasExport(host, { EXPORT_PATH }));
    expect(run.stderr).toContain("hidden folder in the home of the user teacher");
  });

  test.each([
    "www-data:x:33:33::ROOT/srv/nfs:/usr/sbin/nologin",
    "backup:x:34:34::ROOT/srv/nfs:/bin/false",
    "nobody:x:65534:65534::/:/bin/bash",
    "teacher:x:1000:1000::ROOT/srv:/bin/bash",
    "teacher:x:1000:1000::ROOT/srv/nfs2:/bin/bash",
  ])("%s does not hinder", (line) => {
    const host = withFolder();
    users(host, line);
    expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  });

  test("what is exported already stays so", () => {
    const host = withFolder();
    host.run("nfs-server", "apply", nasExport(host));
    users(host, "late:x:1000:1000::ROOT/srv/nfs:/bin/bash");
    expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("the folder's mode", () => {
  test("is set only when the export is accepted", () => {
    const host = withFolder();
    host.fake("chmod", 'cp "$ROOT/var/lib/nfs/etab" "$ROOT/seen"; exec "$ROOT/tools/chmod" "$@"');
    host.run("nfs-server", "apply", nasExport(host, { OPTIONS: "rw,bogus" }));
    expect([mode(host), host.has("seen")]).toEqual([0o2750, false]);
    expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
    expect(host.read("seen")).toContain("srv/nfs");
    expect(mode(host)).toBe(0o777);
    expect(host.list(NOTES)).toEqual(["nas.lines"]);
  });

  test("is that of before, and nothing is exported, when it cannot be set", () => {
    const host = withFolder();
    host.fake(
      "chmod",
      '[[ $* != */bin/* ]] || exec "$ROOT/tools/chmod" "$@"; echo "chmod: Read-only file system" >&2; exit 1',
    );
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.stderr).toContain("chmod: Read-only file system");
    expect([mode(host), host.has(FILE), host.read("var/lib/nfs/etab")]).toEqual([0o2750, false, ""]);
  });

  test.each(["apply", "withdraw"])("that a killed run has set is restored by %s", (action) => {
    const host = withFolder();
    // The parent of the subshell that calls it, and the script with it.
    host.fake(
      "chmod",
      `"$ROOT/tools/chmod" "$@"
      [[ $* == */bin/* ]] || kill -9 "$(awk '{ print $4 }' /proc/$PPID/stat)" $PPID $$`,
    );
    host.run("nfs-server", "apply", nasExport(host));
    expect(mode(host)).toBe(0o777);
    host.fake("chmod", 'exec "$ROOT/tools/chmod" "$@"');
    host.run("nfs-server", action, nasExport(host, { OPTIONS: "rw,bogus" }));
    expect(mode(host)).toBe(0o2750);
  });
});

describe("the folder's owner", () => {
  /** A host whose chown only notes the owner, which stat then tells. */
  const owned = () => {
    const host = withFolder();
    host.write("owner", "0:0");
    host.fake("chown", 'echo "$2" >"$ROOT/owner"');
    host.fake(
      "stat",
      '[[ $* != *%u:%g* ]] || { o=$(cat "$ROOT/owner"); set -- "${@//%u:%g/$o}"; }; exec "$ROOT/tools/stat" "$@"',
    );
    return host;
  };
  const ownerOf = (host: FakeHost) => host.read("owner").trim();
  const FILE_OWNER = "999:998";

  test("is set and checked", () => {
    const host = owned();
    const values = nasExport(host, { FILE_OWNER });
    expect(host.run("nfs-server", "apply", values)).toMatchObject({ code: 0, stderr: "" });
    expect([ownerOf(host), mode(host)]).toEqual([FILE_OWNER, 0o777]);
    expect(host.run("nfs-server", "check", values)).toMatchObject({ code: 0, stderr: "" });
    host.write("owner", "0:0");
    expect(host.run("nfs-server", "check", values).stderr).toMatch(/srv\/nfs belongs to .* instead of 999:998/);
  });

  test("is left alone without one", () => {
    const host = owned();
    host.run("nfs-server", "apply", nasExport(host));
    expect(ownerOf(host)).toBe("0:0");
    expect(host.calls().filter((call) => call.startsWith("chown"))).toEqual([]);
  });

  test("is that of before when the mode cannot be set", () => {
    const host = owned();
    host.fake("chmod", '[[ $* != *00777* ]] || exit 1; exec "$ROOT/tools/chmod" "$@"');
    expect(host.run("nfs-server", "apply", nasExport(host, { FILE_OWNER })).code).toBe(1);
    expect([ownerOf(host), mode(host), host.list(NOTES)]).toEqual(["0:0", 0o2750, []]);
  });
});

describe("a folder that a failed run made", () => {
  test("goes away with those above it that it made, as long as they are empty", () => {
    const host = new FakeHost();
    mkdirSync(join(host.root, "data"));
    const EXPORT_PATH = join(host.root, "data/school/nfs");
    host.run("nfs-server", "apply", nasExport(host, { EXPORT_PATH, OPTIONS: "rw,bogus" }));
    expect(host.list("data")).toEqual([]);
  });

  test("stays when something is in it", () => {
    const host = new FakeHost();
    host.fake("exportfs", `. "$ROOT/exportfs.sh"\n: >"$ROOT/srv/nfs/new"; echo "exportfs: $ROOT/srv/nfs bad" >&2`);
    expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(1);
    expect(host.list("srv/nfs")).toEqual(["new"]);
  });

  test("and was killed goes away when the next one fails too", () => {
    const host = new FakeHost();
    killAt(host, "install", 3);
    host.run("nfs-server", "apply", nasExport(host));
    expect(host.has("srv/nfs")).toBe(true);
    host.fake("install", 'exec "$ROOT/tools/install" "$@"');
    expect(host.run("nfs-server", "apply", nasExport(host, { OPTIONS: "rw,bogus" })).code).toBe(1);
    expect(host.has("srv")).toBe(false);
  });
});
