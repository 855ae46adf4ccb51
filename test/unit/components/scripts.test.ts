import { execFileSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { FakeHost } from "./fake-host";

const OPTIONS = "rw,sync,no_root_squash,no_subtree_check";
const FILE = "etc/exports.d/nas.exports";

describe("nfs-server.sh", () => {
  const values = (host: FakeHost, change = {}) => ({
    NAME: "nas",
    OWNER: "storage-lab/test/nas",
    FORMER: "nas",
    EXPORT_PATH: join(host.root, "srv/nfs"),
    CLIENTS: ["192.168.110.0/24", "192.168.111.7"],
    OPTIONS,
    MODE: "0777",
    GENERATION: 1,
    CLIENT_WAIT: 0,
    FORCE: false,
    ...change,
  });
  const v4Client = (host: FakeHost, status: string, idle: number) =>
    host.write(
      "proc/fs/nfsd/clients/7/info",
      `clientid: 0x1\naddress: "192.168.110.11:710"\nstatus: ${status}\nseconds from last renew: ${idle}\n`,
    );

  test.each([
    ["debian", "apt-get install -y --no-install-recommends nfs-kernel-server"],
    ["rocky", "dnf install -y nfs-utils"],
  ] as const)("on %s: installs, starts, exports", (id, install) => {
    const host = new FakeHost(id);
    const run = host.run("nfs-server", "apply", values(host));
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(host.calls().filter((call) => !/^(dpkg|apt-get update)/.test(call))).toEqual([
      install,
      "systemctl is-enabled --quiet nfs-server",
      "systemctl enable --quiet nfs-server",
      "systemctl start nfs-server",
      "exportfs -ra",
    ]);
    const path = values(host).EXPORT_PATH;
    expect(host.read(FILE)).toBe(
      "# storage-lab: export nas. Written by Pulumi; changes made here are lost.\n" +
        `# owner: storage-lab/test/nas\n` +
        `${path} 192.168.110.0/24(${OPTIONS}) 192.168.111.7(${OPTIONS})\n`,
    );
    expect(statSync(path).mode & 0o7777).toBe(0o777);
  });

  test("without a mode, a new folder is 0755 whatever root's umask is, and one that exists is left alone", () => {
    const host = new FakeHost();
    const path = values(host).EXPORT_PATH;
    expect(host.run("nfs-server", "apply", values(host, { MODE: "" }), 0o077).code).toBe(0);
    expect(statSync(path).mode & 0o7777).toBe(0o755);
    chmodSync(path, 0o2750);
    for (const action of ["apply", "check"]) {
      expect(host.run("nfs-server", action, values(host, { MODE: "" }))).toMatchObject({ code: 0, stderr: "" });
    }
    expect(statSync(path).mode & 0o7777).toBe(0o2750);
    expect(host.run("nfs-server", "check", values(host)).stderr).toContain("has mode 2750 instead of 0777");
  });

  test("run again: the same end, nothing installed, a running server not restarted", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    const before = host.read("var/lib/nfs/etab");
    host.calls();
    expect(host.run("nfs-server", "apply", values(host)).code).toBe(0);
    expect(host.calls().filter((call) => !call.startsWith("dpkg-query"))).toEqual([
      "systemctl is-enabled --quiet nfs-server",
      "exportfs -ra",
    ]);
    expect(host.read("var/lib/nfs/etab")).toBe(before);
  });

  test("finishes an installation that was interrupted first", () => {
    const host = new FakeHost();
    host.fake("dpkg", '[[ $1 != --audit ]] || echo "The following packages are only half configured"');
    expect(host.run("nfs-server", "apply", values(host)).code).toBe(0);
    expect(host.calls().slice(0, 4)).toEqual([
      "dpkg --audit",
      "dpkg --configure -a",
      "apt-get update",
      "apt-get install -y --no-install-recommends nfs-kernel-server",
    ]);
  });

  test("sets up a package that was cut off when its programs were there already", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    host.calls();
    host.fake("dpkg", '[[ $1 != --audit ]] || echo "The following packages are only half configured"');
    host.fake("dpkg-query", '[[ -e $ROOT/set-up ]] && echo "ii " || { : >"$ROOT/set-up"; echo "iF "; }');
    expect(host.run("nfs-server", "apply", values(host)).code).toBe(0);
    expect(host.calls()).toContain("dpkg --configure -a");
    expect(host.run("nfs-server", "apply", values(host)).code).toBe(0);
    expect(host.calls()).not.toContain("dpkg --configure -a");
  });

  test.each([
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 77 (unattended-upgr)",
    "dpkg: error: dpkg frontend lock was locked by another process with pid 77",
  ])("waits while another program holds the lock (%s)", (words) => {
    const host = new FakeHost();
    host.fake("sleep", ":");
    host.fake(
      "dpkg",
      `[[ $1 == --audit ]] && echo "half configured"
      [[ $1 != --configure || -e $ROOT/tried ]] || { : >"$ROOT/tried"; echo "${words}" >&2; exit 2; }`,
    );
    expect(host.run("nfs-server", "apply", values(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.calls().filter((call) => call === "dpkg --configure -a")).toHaveLength(2);
  });

  test("quotes the package manager when it fails", () => {
    const host = new FakeHost();
    host.fake("apt-get", 'echo "E: Unable to locate package nfs-kernel-server"; exit 100');
    const run = host.run("nfs-server", "apply", values(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toBe(
      "E: Unable to locate package nfs-kernel-server\napt-get could not install nfs-kernel-server.\n".replace(
        /^/,
        "E: Unable to locate package nfs-kernel-server\n",
      ),
    );
    expect(host.has(FILE)).toBe(false);
  });

  test("names a family that it does not know", () => {
    const host = new FakeHost("alpine");
    const run = host.run("nfs-server", "apply", values(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("neither of the Debian nor of the RHEL family");
  });

  test.each([
    ["etc/exports", (path: string) => `${path} 10.0.0.0/8(ro)\n`],
    ["etc/exports", (path: string) => `"${path}/" \\\n  10.0.0.0/8(ro)\n`],
    ["etc/exports.d/other.exports", (path: string) => `# mine\n${path} *(ro) # all\n`],
  ])("refuses a path that %s exports already, and changes nothing", (file, line) => {
    const host = new FakeHost();
    const path = values(host).EXPORT_PATH;
    host.write(file, line(path));
    const run = host.run("nfs-server", "apply", values(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`${file} already exports ${path}`);
    expect(host.calls()).toEqual([]);
    expect(host.has(FILE)).toBe(false);
    expect(host.read(file)).toBe(line(path));
  });

  test.each(["# /srv/nfs is for later\n", "/srv/nfs2 10.0.0.0/8(ro)\n", "/srv 10.0.0.0/8(ro)\n"])(
    "is not put off by %j in /etc/exports",
    (line) => {
      const host = new FakeHost();
      host.write("etc/exports", line.replaceAll("/srv", join(host.root, "srv")));
      expect(host.run("nfs-server", "apply", values(host)).code).toBe(0);
    },
  );

  test("refuses a file of its name that it did not write", () => {
    const host = new FakeHost();
    host.write(FILE, "/other *(ro)\n");
    expect(host.run("nfs-server", "apply", values(host)).stderr).toContain("was not written by this program");
    expect(host.run("nfs-server", "withdraw", values(host)).code).toBe(1);
    expect(host.read(FILE)).toBe("/other *(ro)\n");
  });

  test("a bad line: the old exports stay in force, and the server is quoted", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    const before = [host.read(FILE), host.read("var/lib/nfs/etab")];
    const run = host.run("nfs-server", "apply", values(host, { OPTIONS: "rw,bogus" }));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("the exports of before are in force again");
    expect(run.stderr).toContain('exportfs: unknown keyword "bogus"');
    expect([host.read(FILE), host.read("var/lib/nfs/etab")]).toEqual(before);
  });

  test("somebody else's error is told, and undoes nothing", () => {
    const host = new FakeHost();
    host.fake("exportfs", `. "$ROOT/exportfs.sh"\necho "exportfs: Failed to resolve lab-7" >&2; exit 1`);
    for (const action of ["apply", "check", "withdraw"]) {
      expect(host.run("nfs-server", action, values(host))).toMatchObject({ code: 0, stderr: "" });
    }
    expect(host.run("nfs-server", "apply", values(host)).stdout).toContain("Failed to resolve lab-7");
  });

  test("a folder that the kernel cannot export is an error, although exportfs lists it", () => {
    const host = new FakeHost();
    host.fake(
      "exportfs",
      `. "$ROOT/exportfs.sh"\necho "exportfs: $ROOT/srv/nfs does not support NFS export" >&2; exit 1`,
    );
    const run = host.run("nfs-server", "apply", values(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("/srv/nfs does not support NFS export");
    expect(host.has(FILE)).toBe(false);
  });

  test("what a power cut left half-written of the exports of before is not taken for them", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    host.write("etc/exports.d/.nas.old", "");
    expect(host.run("nfs-server", "apply", values(host)).code).toBe(0);
    host.write("etc/exports.d/.nas.old", "");
    expect(host.run("nfs-server", "withdraw", values(host)).code).toBe(0);
    expect(host.has("etc/exports.d/.nas.old")).toBe(false);
  });

  test("an export that stays in force was not withdrawn, and is written down again", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    const before = host.read(FILE);
    host.fake("exportfs", 'echo "exportfs: no" >&2; exit 1');
    expect(host.run("nfs-server", "withdraw", values(host)).stderr).toContain("could not be withdrawn");
    expect(host.read(FILE)).toBe(before);
  });

  test.each(["apply", "withdraw"])("%s begins with the exports of before, where a run was cut off", (action) => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    host.write("etc/exports.d/.nas.old", host.read(FILE));
    host.write(FILE, "# storage-lab: export nas. Written by Pulumi; changes made here are lost.\n/unproven *(rw)\n");
    v4Client(host, "confirmed", 0);
    const run = host.run("nfs-server", action, values(host, { EXPORT_PATH: join(host.root, "srv/other") }));
    // Both ask first whether the export of before is in use; the unproven one is not asked about.
    expect(run.stderr).toContain(action === "apply" ? `${join(host.root, "srv/nfs")} is still in use` : "still in use");
    expect(host.read(FILE)).toContain(join(host.root, "srv/nfs"));
    expect(host.has("etc/exports.d/.nas.old")).toBe(false);
  });

  test("a first export that fails leaves no file", () => {
    const host = new FakeHost();
    expect(host.run("nfs-server", "apply", values(host, { OPTIONS: "rw,bogus" })).code).toBe(1);
    expect(host.has(FILE)).toBe(false);
    expect(host.read("var/lib/nfs/etab")).toBe("");
  });

  test("what is exported is compared with what was asked", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    host.fake("exportfs", `. "$ROOT/exportfs.sh"\nsed -i 's/no_root_squash/root_squash/' "$ROOT/var/lib/nfs/etab"`);
    const run = host.run("nfs-server", "apply", values(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("192.168.110.0/24: option no_root_squash is not in force");
  });

  test("check: nothing to say, and what was changed by hand", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    expect(host.run("nfs-server", "check", values(host))).toMatchObject({ code: 0 });
    host.write("var/lib/nfs/etab", "");
    expect(host.run("nfs-server", "check", values(host)).code).toBe(1);
  });

  test("withdraws its export only, and keeps data and server", () => {
    const host = new FakeHost();
    host.write("etc/exports.d/other.exports", `/other 10.0.0.0/8(ro)\n`);
    host.run("nfs-server", "apply", values(host));
    host.write("srv/nfs/data", "precious");
    host.calls();
    expect(host.run("nfs-server", "withdraw", values(host)).code).toBe(0);
    expect(host.calls()).toEqual(["exportfs -ra"]);
    expect(host.has(FILE)).toBe(false);
    expect(host.read("var/lib/nfs/etab")).toBe("/other\t10.0.0.0/8(ro,secure,wdelay)\n");
    expect(host.read("srv/nfs/data")).toBe("precious");
    expect(host.run("nfs-server", "withdraw", values(host)).stdout).toContain("nothing to withdraw");
  });

  test("does not withdraw it from an active client, unless forced", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    v4Client(host, "confirmed", 30);
    const run = host.run("nfs-server", "withdraw", values(host, { CLIENT_WAIT: 1 }));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("still in use after 1 s");
    expect(run.stderr).toContain("192.168.110.11:710 (NFSv4)");
    expect(host.has(FILE)).toBe(true);
    expect(host.run("nfs-server", "withdraw", values(host, { FORCE: true })).code).toBe(0);
    expect(host.has(FILE)).toBe(false);
  });

  test("does not move the export to another path from under a client", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    v4Client(host, "confirmed", 0);
    const run = host.run("nfs-server", "apply", values(host, { EXPORT_PATH: join(host.root, "srv/other") }));
    expect(run.stderr).toContain(`${join(host.root, "srv/nfs")} is still in use`);
  });

  test.each([
    ["courtesy", 200],
    ["expirable", 200],
    ["unconfirmed", 0],
    ["confirmed", 91],
  ])("a client that is only remembered (%s, idle %d s) does not count", (status, idle) => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    v4Client(host, status, idle);
    expect(host.run("nfs-server", "withdraw", values(host)).code).toBe(0);
  });

  test("an NFSv3 client counts while it is connected", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", values(host));
    host.write("var/lib/nfs/rmtab", `192.168.110.12:${join(host.root, "srv/nfs")}:0x1\n`);
    host.fake("ss", "echo '0 0 192.168.110.168:2049 192.168.110.12:800'");
    expect(host.run("nfs-server", "withdraw", values(host)).stderr).toContain("192.168.110.12 (NFSv3)");
    host.fake("ss", ":");
    expect(host.run("nfs-server", "withdraw", values(host)).code).toBe(0);
  });

  describe("a file under an earlier name", () => {
    const OLD = "etc/exports.d/nas-1.exports";
    const NEW = "etc/exports.d/storage-lab-nfs.exports";
    const renamed = (host: FakeHost, change = {}) =>
      values(host, { NAME: "storage-lab-nfs", FORMER: "nas-1", OWNER: "storage-lab/test/nas-1", ...change });
    /** The file as versions without owners wrote it, for the component nas-1. */
    const oldFile = (path: string) =>
      "# storage-lab: export nas-1. Written by Pulumi; changes made here are lost.\n" +
      `${path} 192.168.110.0/24(${OPTIONS}) 192.168.111.7(${OPTIONS})\n`;

    /** A host on which the old version has exported the folder. */
    function upgraded(path?: string): FakeHost {
      const host = new FakeHost();
      host.run("nfs-server", "apply", values(host));
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
      expect(host.calls().filter((call) => call.startsWith("exportfs"))).toEqual(["exportfs -ra"]);
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
    const other = (host: FakeHost, change = {}) => values(host, { FORMER: "", ...change });

    test.each(["nas", "second"])("of another stack is not robbed of its path (by the name %s)", (NAME) => {
      const host = new FakeHost();
      host.run("nfs-server", "apply", values(host));
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
      host.run("nfs-server", "apply", values(host));
      const change = { OWNER: "storage-lab/new-name/nas" };
      const [, command] =
        /run again: (sed .*)\n/.exec(host.run("nfs-server", "apply", other(host, change)).stderr) ?? [];
      execFileSync("bash", ["-c", command ?? "false"]);
      expect(host.run("nfs-server", "apply", other(host, change))).toMatchObject({ code: 0, stderr: "" });
      expect(host.read(FILE)).toContain("# owner: storage-lab/new-name/nas\n");
    });

    test("a component that was renamed takes its export along, and what is deleted under the old name withdraws nothing", () => {
      const host = new FakeHost();
      host.run("nfs-server", "apply", values(host));
      const before = host.read("var/lib/nfs/etab");
      const change = { OWNER: "storage-lab/test/nas-2", FORMER: "nas-2" };
      expect(host.run("nfs-server", "apply", other(host, change))).toMatchObject({ code: 0, stderr: "" });
      const run = host.run("nfs-server", "withdraw", values(host));
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(run.stdout).toContain("is the export of storage-lab/test/nas-2 by now: nothing to withdraw");
      expect(host.read("var/lib/nfs/etab")).toBe(before);
    });

    test("an export that gets another path, and with it another name, is not left behind", () => {
      const host = new FakeHost();
      host.run("nfs-server", "apply", values(host));
      const change = { NAME: "other", EXPORT_PATH: join(host.root, "srv/other") };
      v4Client(host, "confirmed", 0);
      expect(host.run("nfs-server", "apply", values(host, change)).stderr).toContain("srv/nfs is still in use");
      expect(host.list("etc/exports.d")).toEqual(["nas.exports"]);
      v4Client(host, "courtesy", 0);
      expect(host.run("nfs-server", "apply", values(host, change))).toMatchObject({ code: 0, stderr: "" });
      expect(host.list("etc/exports.d")).toEqual(["other.exports"]);
      expect(host.read("var/lib/nfs/etab")).not.toContain("srv/nfs");
    });

    test("two files of one export are an error", () => {
      const host = new FakeHost();
      host.run("nfs-server", "apply", values(host));
      host.write("etc/exports.d/copy.exports", host.read(FILE));
      const run = host.run("nfs-server", "apply", values(host));
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(/only one can be: \S*copy\.exports \S*nas\.exports\. Nothing was changed/);
    });
  });

  test("must be root", () => {
    const host = new FakeHost();
    host.fake("id", "echo 1000");
    expect(host.run("nfs-server", "apply", values(host)).stderr).toBe("This script must run as root.\n");
  });
});

describe("nfs-directories.sh", () => {
  const values = (host: FakeHost, change = {}) => ({
    EXPORT_PATH: join(host.root, "srv/nfs"),
    DIRECTORIES: ["one", "deep/two"].map((name) => join(host.root, "srv/nfs", name)),
    OWNER: "",
    MODE: "0770",
    GENERATION: 1,
    ...change,
  });

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
    const plain = values(host, { MODE: "" });
    expect(host.run("nfs-directories", "apply", plain, 0o077)).toMatchObject({ code: 0, stderr: "" });
    expect(values(host).DIRECTORIES.map((path) => statSync(path).mode & 0o7777)).toEqual([0o2770, 0o755]);
    expect(host.run("nfs-directories", "check", plain)).toMatchObject({ code: 0, stderr: "" });
    host.fake("chown", ":");
    host.calls();
    expect(host.run("nfs-directories", "apply", values(host, { MODE: "", OWNER: "999:1000" })).code).toBe(0);
    expect(host.calls()).toEqual([`chown -- 999:1000 ${values(host).DIRECTORIES.join(" ")}`]);
  });

  test("gives them their owner in one call", () => {
    const host = new FakeHost();
    host.write("srv/nfs/keep", "");
    host.fake("install", ":");
    host.run("nfs-directories", "apply", values(host, { OWNER: "999:1000" }));
    expect(host.calls()).toEqual([`install -d -o 999 -g 1000 -m 0770 -- ${values(host).DIRECTORIES.join(" ")}`]);
  });

  test("refuses when the export is not there", () => {
    const host = new FakeHost();
    expect(host.run("nfs-directories", "apply", values(host)).stderr).toContain("is not a directory on this host");
  });

  test("refuses a directory that a link leads out of the export", () => {
    const host = new FakeHost();
    host.write("srv/nfs/keep", "");
    host.write("outside/secret", "");
    host.fake("realpath", `[[ $1 == -- ]] && echo "$ROOT/srv/nfs" || echo "$ROOT/outside/one"`);
    const run = host.run("nfs-directories", "apply", values(host));
    expect(run.stderr).toContain("A symbolic link leads out of");
    expect(host.has("srv/nfs/one")).toBe(false);
  });

  test("archives by renaming, with the data in it", () => {
    const host = new FakeHost();
    host.write("srv/nfs/one/data", "precious");
    host.fake("date", "echo 20260101T000000Z");
    const run = host.run("nfs-directories", "archive", values(host));
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(host.read("srv/nfs/archived-one-20260101T000000Z/data")).toBe("precious");
    expect(host.has("srv/nfs/one")).toBe(false);
  });
});

describe("nfs-client.sh", () => {
  const values = { SERVER: "192.168.110.168", EXPORT_PATH: "/nfs", REVISION: "1", GENERATION: 1, MUST_WRITE: true };
  const UUID = "11111111-2222-3333-4444-555555555555";

  /** A node; mounting binds the folder `export` of the fake root by moving it into the mount point and back. */
  function node(id: "debian" | "rocky" = "debian"): FakeHost {
    const host = new FakeHost(id);
    host.reachesNas(UUID);
    host.fake("hostname", "echo 192.168.110.11");
    host.fake("ip", "echo unreachable; exit 2");
    return host;
  }

  test.each([
    ["debian", "apt-get install -y --no-install-recommends nfs-common"],
    ["rocky", "dnf install -y nfs-utils"],
  ] as const)("on %s: installs, mounts, writes, mounts again, reads, leaves nothing", (id, install) => {
    const host = node(id);
    const run = host.run("nfs-client", "apply", values);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toContain("showmount -e 192.168.110.168: /nfs 192.168.110.0/24");
    expect(run.stdout).toContain("rpcinfo -p 192.168.110.168: nfs v4/tcp");
    const calls = host.calls();
    expect(calls).toContain(install);
    expect(calls.filter((call) => /^u?mount /.test(call)).map((call) => call.split(" ")[0])).toEqual([
      "mount",
      "umount",
      "mount",
      "umount",
    ]);
    expect(host.has(`export/.storage-lab-probe-${UUID}`)).toBe(false);
  });

  test("what is read back must be what was written", () => {
    const host = node();
    host.fake(
      "umount",
      `echo other >"\${@: -1}/.storage-lab-probe-${UUID}"; mv "\${@: -1}" "$ROOT/export" && mkdir "\${@: -1}"`,
    );
    expect(host.run("nfs-client", "apply", values).stderr).toContain("was not read back the same");
  });

  test.each([
    ["bash: connect: Connection refused", "refused port 2049"],
    ["bash: connect: No route to host", "no route from this host to 192.168.110.168"],
    ["bash: nas: Name or service not known", "cannot resolve the name"],
    ["", "did not answer on port 2049 within 10 s"],
  ])("not reachable (%s)", (words, sentence) => {
    const host = node();
    host.fake("timeout", `[[ "$*" != *dev/tcp* ]] || { echo -n "${words}"; exit 1; }; shift; exec "$@"`);
    const run = host.run("nfs-client", "apply", values);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(sentence);
  });

  test.each([
    [
      "mount.nfs: access denied by server while mounting",
      "Access denied by server: 192.168.110.168 does not export /nfs",
    ],
    ["mount.nfs: Operation not permitted", "Access denied by server"],
    ["mount: bad option; you might need a /sbin/mount.<type> helper program.", "no mount helper for NFS"],
    ["mount: unknown filesystem type 'nfs'", "kernel of this host has no NFS client"],
    ["mount.nfs: Connection timed out", "had no answer in time"],
    ["mount.nfs: something else", "cannot be mounted on this host"],
  ])("cannot mount (%s)", (words, sentence) => {
    const host = node();
    host.fake("mount", `echo "${words}" >&2; exit 32`);
    const run = host.run("nfs-client", "apply", values);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(sentence);
    expect(run.stderr).toContain(words);
  });

  describe("root may not write to the export", () => {
    const denied = (words: string) => {
      const host = node();
      host.fake("sync", `echo "sync: error opening '$1': ${words}" >&2; exit 1`);
      return host;
    };

    test.each([
      ["Permission denied", "root_squash, or the directory's mode"],
      ["Read-only file system", "read-only to this host"],
    ])("%s: an error where it must, and otherwise told", (words, sentence) => {
      const strict = denied(words).run("nfs-client", "apply", values);
      expect(strict.code).toBe(1);
      expect(strict.stderr).toContain(sentence);
      const run = denied(words).run("nfs-client", "apply", { ...values, MUST_WRITE: false });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(run.stdout).toContain(`mounted and unmounted; root of this host may not write there (${words})`);
    });

    test("any other reason is an error all the same", () => {
      const run = denied("No space left on device").run("nfs-client", "apply", { ...values, MUST_WRITE: false });
      expect(run.stderr).toContain("Writing to 192.168.110.168:/nfs failed");
    });
  });

  test("NFSv4 hides what a host may not have: showmount tells denied from missing", () => {
    const host = node();
    host.fake(
      "mount",
      'echo "mount.nfs: mounting failed, reason given by server: No such file or directory" >&2; exit 32',
    );
    expect(host.run("nfs-client", "apply", values).stderr).toContain("Access denied by server");
    host.fake("showmount", 'echo "/other 10.0.0.0/8"');
    expect(host.run("nfs-client", "apply", values).stderr).toContain("exports no /nfs");
  });
});
