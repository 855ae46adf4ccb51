import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { EXPORT_OPTIONS as OPTIONS, FakeHost, nasExport } from "./fake-host";

const FILE = "etc/exports.d/nas.exports";

describe("a file under an earlier name", () => {
  const OLD = "etc/exports.d/nas-1.exports";
  const NEW = "etc/exports.d/storage-lab-nfs.exports";
  const renamed = (host: FakeHost, change = {}) =>
    nasExport(host, { NAME: "storage-lab-nfs", FORMER: "nas-1", OWNER: "storage-lab/test/nas-1", ...change });
  /** The file as versions without owners wrote it, for the component nas-1. */
  const oldFile = (path: string) =>
    "# storage-lab: export nas-1. Written by Pulumi; changes made here are lost.\n" +
    `${path} 192.168.110.0/24(${OPTIONS}) 192.168.111.7(${OPTIONS})\n`;

  /** A host on which the old version has exported the folder. */
  function upgraded(path?: string): FakeHost {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    host.remove(FILE);
    host.write(OLD, oldFile(path ?? renamed(host).EXPORT_PATH));
    host.reExport();
    return host;
  }

  test("moves to the new one, and the path is exported by a file at every moment", () => {
    const host = upgraded();
    const before = host.read("var/lib/nfs/etab");
    expect(before).toContain(renamed(host).EXPORT_PATH);
    for (const tool of ["mv", "rm", "cp", "install", "sync"]) {
      host.fake(
        tool,
        `"$ROOT/tools/${tool}" "$@"; grep -lF "$ROOT/srv/nfs " "$ROOT"/etc/exports.d/*.exports >>"$ROOT/seen" || echo none >>"$ROOT/seen"`,
      );
    }
    expect(host.run("nfs-server", "apply", renamed(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.read("seen")).toContain(NEW);
    expect(host.read("seen")).toContain(OLD);
    expect(host.read("seen")).not.toContain("none");
    expect(host.calls().filter((call) => call.startsWith("exportfs"))).toEqual([
      expect.stringMatching(/^exportfs -i -o /),
    ]);
    expect(host.list("etc/exports.d")).toEqual(["storage-lab-nfs.exports"]);
    expect(host.read("var/lib/nfs/etab")).toBe(before);
    expect(host.run("nfs-server", "check", renamed(host)).code).toBe(0);
  });

  test("is back when the new one is not exported as asked", () => {
    const host = upgraded();
    const before = [host.read(OLD), host.read("var/lib/nfs/etab")];
    const run = host.run("nfs-server", "apply", renamed(host, { OPTIONS: "rw,bogus" }));
    expect(run.stderr).toContain("the exports of before are in force again");
    expect(host.list("etc/exports.d")).toEqual(["nas-1.exports"]);
    expect([host.read(OLD), host.read("var/lib/nfs/etab")]).toEqual(before);
  });

  test("is withdrawn under the new one, once it has moved", () => {
    const host = upgraded();
    host.run("nfs-server", "apply", renamed(host));
    expect(host.run("nfs-server", "withdraw", renamed(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.list("etc/exports.d")).toEqual([]);
    expect(host.read("var/lib/nfs/etab")).toBe("");
  });

  test.each([true, false])("a move that was cut off (old file still there: %s) begins again", (there) => {
    const host = upgraded();
    host.write("etc/exports.d/.storage-lab-nfs.old", host.read(OLD));
    host.write(NEW, host.read(OLD).replaceAll(OPTIONS, "ro").replace("nas-1", "storage-lab-nfs"));
    if (!there) host.remove(OLD);
    const failing = host.run("nfs-server", "apply", renamed(host, { OPTIONS: "rw,bogus" }));
    expect(failing.code).toBe(1);
    expect(host.list("etc/exports.d")).toEqual(["nas-1.exports"]);
    expect(host.read(OLD)).toBe(oldFile(renamed(host).EXPORT_PATH));
    expect(host.run("nfs-server", "apply", renamed(host)).code).toBe(0);
    expect(host.list("etc/exports.d")).toEqual(["storage-lab-nfs.exports"]);
  });

  test("of another component is refused, with what to do", () => {
    const host = upgraded();
    const run = host.run("nfs-server", "apply", renamed(host, { FORMER: "nas-2", OWNER: "storage-lab/test/nas-2" }));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("an earlier version wrote it for an NfsServer of the name nas-1");
    expect(host.list("etc/exports.d")).toEqual(["nas-1.exports"]);
    expect(host.calls()).toEqual([]);
  });

  test("that exports another path is left alone: it may be another stack's", () => {
    const host = upgraded("/srv/other");
    const before = host.read(OLD);
    expect(host.run("nfs-server", "apply", renamed(host)).code).toBe(0);
    expect(host.read(OLD)).toBe(before);
    expect(host.run("nfs-server", "withdraw", renamed(host)).code).toBe(0);
    expect(host.list("etc/exports.d")).toEqual(["nas-1.exports"]);
  });
});

describe("the owner of an export", () => {
  const other = (host: FakeHost, change = {}) => nasExport(host, { FORMER: "", ...change });

  test.each(["nas", "second"])("of another stack is not robbed of its path (by the name %s)", (NAME) => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    const before = host.read(FILE);
    const change = { NAME, OWNER: "storage-lab/other/nas" };
    const run = host.run("nfs-server", "apply", other(host, change));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      "is the export of storage-lab/test/nas (project/stack/component): nothing was changed",
    );
    expect(host.run("nfs-server", "withdraw", other(host, change)).stdout).toContain("nothing to withdraw");
    expect(host.list("etc/exports.d")).toEqual(["nas.exports"]);
    expect(host.read(FILE)).toBe(before);
  });

  test("a stack that was renamed has it again after what the error says", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    const change = { OWNER: "storage-lab/new-name/nas" };
    const [, command] = /run again: (sed .*)\n/.exec(host.run("nfs-server", "apply", other(host, change)).stderr) ?? [];
    execFileSync("bash", ["-c", command ?? "false"]);
    expect(host.run("nfs-server", "apply", other(host, change))).toMatchObject({ code: 0, stderr: "" });
    expect(host.read(FILE)).toContain("# owner: storage-lab/new-name/nas\n");
  });

  test("a component that was renamed takes its export along, and what is deleted under the old name withdraws nothing", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    const before = host.read("var/lib/nfs/etab");
    const change = { OWNER: "storage-lab/test/nas-2", FORMER: "nas-2" };
    expect(host.run("nfs-server", "apply", other(host, change))).toMatchObject({ code: 0, stderr: "" });
    const run = host.run("nfs-server", "withdraw", nasExport(host));
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toContain("is the export of storage-lab/test/nas-2 by now: nothing to withdraw");
    expect(host.read("var/lib/nfs/etab")).toBe(before);
  });

  test("an export that gets another path, and with it another name, is not left behind", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    const change = { NAME: "other", EXPORT_PATH: join(host.root, "srv/other") };
    host.v4Client("confirmed", 0);
    expect(host.run("nfs-server", "apply", nasExport(host, change)).stderr).toContain("srv/nfs is still in use");
    expect(host.list("etc/exports.d")).toEqual(["nas.exports"]);
    host.v4Client("courtesy", 0);
    expect(host.run("nfs-server", "apply", nasExport(host, change))).toMatchObject({ code: 0, stderr: "" });
    expect(host.list("etc/exports.d")).toEqual(["other.exports"]);
    expect(host.read("var/lib/nfs/etab")).not.toContain("srv/nfs");
  });

  test("two files of one export are an error", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    host.write("etc/exports.d/copy.exports", host.read(FILE));
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/only one can be: \S*copy\.exports \S*nas\.exports\. Nothing was changed/);
  });
});
