import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { EXPORT_OPTIONS as OPTIONS, FakeHost, nasExport } from "./fake-host";

const FILE = "etc/exports.d/nas.exports";

test.each([
  ["debian", "apt-get install -y --no-install-recommends nfs-kernel-server"],
  ["rocky", "dnf install -y nfs-utils"],
] as const)("on %s: installs, starts, exports", (id, install) => {
  const host = new FakeHost(id);
  const path = nasExport(host).EXPORT_PATH;
  const run = host.run("nfs-server", "apply", nasExport(host));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(host.calls().filter((call) => !/^(dpkg|apt-get update)/.test(call))).toEqual([
    install,
    "systemctl is-enabled nfs-server",
    "systemctl enable --quiet nfs-server",
    "systemctl start nfs-server",
    `exportfs -i -o ${OPTIONS} 192.168.110.0/24:${path} 192.168.111.7:${path}`,
  ]);
  expect(host.read(FILE)).toBe(
    "# storage-lab: export nas. Written by Pulumi; changes made here are lost.\n" +
      `# owner: storage-lab/test/nas\n` +
      `${path} 192.168.110.0/24(${OPTIONS}) 192.168.111.7(${OPTIONS})\n`,
  );
  expect(statSync(path).mode & 0o7777).toBe(0o777);
});

test("without a mode, a new folder is 0755 whatever root's umask is, and one that exists is left alone", () => {
  const host = new FakeHost();
  const path = nasExport(host).EXPORT_PATH;
  expect(host.run("nfs-server", "apply", nasExport(host, { MODE: "" }), 0o077).code).toBe(0);
  expect(statSync(path).mode & 0o7777).toBe(0o755);
  chmodSync(path, 0o2750);
  for (const action of ["apply", "check"]) {
    expect(host.run("nfs-server", action, nasExport(host, { MODE: "" }))).toMatchObject({ code: 0, stderr: "" });
  }
  expect(statSync(path).mode & 0o7777).toBe(0o2750);
  expect(host.run("nfs-server", "check", nasExport(host)).stderr).toContain("has mode 2750 instead of 0777");
});

test("run again: the same end, nothing installed, a running server not restarted", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  const before = host.read("var/lib/nfs/etab");
  host.calls();
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  expect(host.calls().filter((call) => !call.startsWith("dpkg-query"))).toEqual([
    "systemctl is-enabled nfs-server",
    expect.stringMatching(/^exportfs -i -o /),
  ]);
  expect(host.read("var/lib/nfs/etab").split("\n").sort()).toEqual(before.split("\n").sort());
});

test("starts the threads of a server whose unit is started, and restarts nothing", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  host.write("proc/fs/nfsd/threads", "0\n");
  host.fake("systemctl", "");
  host.fake("rpc.nfsd", 'echo 8 >"$ROOT/proc/fs/nfsd/threads"');
  host.calls();
  expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  expect(host.calls().filter((call) => !call.startsWith("dpkg-query"))).toEqual([
    "systemctl is-enabled nfs-server",
    "systemctl start nfs-server",
    "rpc.nfsd ",
    expect.stringMatching(/^exportfs -i -o /),
  ]);
});

test("a server that somebody masked is unmasked", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  host.fake(
    "systemctl",
    '[[ $1 != is-enabled || -e $ROOT/unmasked ]] || { echo masked; exit 1; }; [[ $1 != unmask ]] || : >"$ROOT/unmasked"',
  );
  host.calls();
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  expect(host.calls().filter((call) => call.startsWith("systemctl"))).toEqual([
    "systemctl is-enabled nfs-server",
    "systemctl unmask --quiet nfs-server",
    "systemctl unmask --quiet --runtime nfs-server",
    "systemctl enable --quiet nfs-server",
  ]);
});

test("a server without rpc.mountd is started, and what others exported by hand stays", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  const etab = `${host.read("var/lib/nfs/etab")}/srv/other\t192.168.110.9(ro,sync)\n`;
  host.write("var/lib/nfs/etab", etab);
  host.write("proc/77/comm", "sleep\n");
  expect(host.run("nfs-server", "check", nasExport(host)).stderr).toContain("no rpc.mountd runs");
  // As systemd does, a server that starts exports what is in files alone.
  host.fake(
    "systemctl",
    '[[ $1 != start ]] || { sed -i /other/d "$ROOT/var/lib/nfs/etab"; echo rpc.mountd >"$ROOT/proc/77/comm"; }',
  );
  expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  expect(host.calls()).toContain("exportfs -i -o ro,sync 192.168.110.9:/srv/other");
  expect(host.run("nfs-server", "check", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
});

test("finishes an installation that was interrupted first", () => {
  const host = new FakeHost();
  host.fake("dpkg", '[[ $1 != --audit ]] || echo "The following packages are only half configured"');
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  expect(host.calls().slice(0, 4)).toEqual([
    "dpkg --audit",
    "dpkg --configure -a",
    "apt-get update",
    "apt-get install -y --no-install-recommends nfs-kernel-server",
  ]);
});

test("sets up a package that was cut off when its programs were there already", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  host.calls();
  host.fake("dpkg", '[[ $1 != --audit ]] || echo "The following packages are only half configured"');
  host.fake("dpkg-query", '[[ -e $ROOT/set-up ]] && echo "ii " || { : >"$ROOT/set-up"; echo "iF "; }');
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  expect(host.calls()).toContain("dpkg --configure -a");
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
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
  expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  expect(host.calls().filter((call) => call === "dpkg --configure -a")).toHaveLength(2);
});

test("quotes the package manager when it fails", () => {
  const host = new FakeHost();
  host.fake("apt-get", 'echo "E: Unable to locate package nfs-kernel-server"; exit 100');
  const run = host.run("nfs-server", "apply", nasExport(host));
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
  const run = host.run("nfs-server", "apply", nasExport(host));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("neither of the Debian nor of the RHEL family");
});

test.each([
  ["etc/exports", (path: string) => `${path} 10.0.0.0/8(ro)\n`],
  ["etc/exports", (path: string) => `"${path}/" \\\n  10.0.0.0/8(ro)\n`],
  ["etc/exports.d/other.exports", (path: string) => `# mine\n${path} *(ro) # all\n`],
])("refuses a path that %s exports already, and changes nothing", (file, line) => {
  const host = new FakeHost();
  const path = nasExport(host).EXPORT_PATH;
  host.write(file, line(path));
  const run = host.run("nfs-server", "apply", nasExport(host));
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
    expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  },
);

test("refuses a file of its name that it did not write", () => {
  const host = new FakeHost();
  host.write(FILE, "/other *(ro)\n");
  expect(host.run("nfs-server", "apply", nasExport(host)).stderr).toContain("was not written by this program");
  expect(host.run("nfs-server", "withdraw", nasExport(host)).code).toBe(1);
  expect(host.read(FILE)).toBe("/other *(ro)\n");
});

test("a bad line: the old exports stay in force, and the server is quoted", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  const before = [host.read(FILE), host.read("var/lib/nfs/etab")];
  const run = host.run("nfs-server", "apply", nasExport(host, { OPTIONS: "rw,bogus" }));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("the exports of before are in force again");
  expect(run.stderr).toContain('exportfs: unknown keyword "bogus"');
  expect([host.read(FILE), host.read("var/lib/nfs/etab")]).toEqual(before);
});

test("somebody else's error is told, and undoes nothing", () => {
  const host = new FakeHost();
  host.fake("exportfs", `. "$ROOT/exportfs.sh"\necho "exportfs: Failed to resolve lab-7" >&2; exit 1`);
  for (const action of ["apply", "check", "withdraw"]) {
    expect(host.run("nfs-server", action, nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  }
  expect(host.run("nfs-server", "apply", nasExport(host)).stdout).toContain("Failed to resolve lab-7");
});

test("a folder that the kernel cannot export is an error, although exportfs lists it", () => {
  const host = new FakeHost();
  host.fake(
    "exportfs",
    `. "$ROOT/exportfs.sh"\necho "exportfs: $ROOT/srv/nfs does not support NFS export" >&2; exit 1`,
  );
  const run = host.run("nfs-server", "apply", nasExport(host));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("/srv/nfs does not support NFS export");
  expect(host.has(FILE)).toBe(false);
});

test("what a power cut left half-written of the exports of before is not taken for them", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  host.write("etc/exports.d/.nas.old", "");
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  host.write("etc/exports.d/.nas.old", "");
  expect(host.run("nfs-server", "withdraw", nasExport(host)).code).toBe(0);
  expect(host.has("etc/exports.d/.nas.old")).toBe(false);
});

test("an export that stays in force was not withdrawn, and is written down again", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  const before = host.read(FILE);
  host.fake("exportfs", 'echo "exportfs: no" >&2; exit 1');
  expect(host.run("nfs-server", "withdraw", nasExport(host)).stderr).toContain("could not be withdrawn");
  expect(host.read(FILE)).toBe(before);
});

test.each(["apply", "withdraw"])("%s begins with the exports of before, where a run was cut off", (action) => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  host.write("etc/exports.d/.nas.old", host.read(FILE));
  host.write(FILE, "# storage-lab: export nas. Written by Pulumi; changes made here are lost.\n/unproven *(rw)\n");
  host.v4Client("confirmed", 0);
  const run = host.run("nfs-server", action, nasExport(host, { EXPORT_PATH: join(host.root, "srv/other") }));
  // Both ask first whether the export of before is in use; the unproven one is not asked about.
  expect(run.stderr).toContain(action === "apply" ? `${join(host.root, "srv/nfs")} is still in use` : "still in use");
  expect(host.read(FILE)).toContain(join(host.root, "srv/nfs"));
  expect(host.has("etc/exports.d/.nas.old")).toBe(false);
});

test("a first export that fails leaves no file", () => {
  const host = new FakeHost();
  expect(host.run("nfs-server", "apply", nasExport(host, { OPTIONS: "rw,bogus" })).code).toBe(1);
  expect(host.has(FILE)).toBe(false);
  expect(host.read("var/lib/nfs/etab")).toBe("");
});

test("what is exported is compared with what was asked", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  host.fake("exportfs", `. "$ROOT/exportfs.sh"\nsed -i 's/no_root_squash/root_squash/' "$ROOT/var/lib/nfs/etab"`);
  const run = host.run("nfs-server", "apply", nasExport(host));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("192.168.110.0/24: option no_root_squash is not in force");
});

test("check: nothing to say, and what was changed by hand", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  expect(host.run("nfs-server", "check", nasExport(host))).toMatchObject({ code: 0 });
  host.write("var/lib/nfs/etab", "");
  expect(host.run("nfs-server", "check", nasExport(host)).code).toBe(1);
});

test("withdraws its export only, and keeps data and server", () => {
  const host = new FakeHost();
  host.write("etc/exports.d/other.exports", `/other 10.0.0.0/8(ro)\n`);
  host.write("var/lib/nfs/etab", "/other\t10.0.0.0/8(ro,secure,wdelay)\n");
  host.run("nfs-server", "apply", nasExport(host));
  host.write("srv/nfs/data", "precious");
  host.calls();
  expect(host.run("nfs-server", "withdraw", nasExport(host)).code).toBe(0);
  const path = nasExport(host).EXPORT_PATH;
  expect(host.calls()).toEqual([`exportfs -u 192.168.110.0/24:${path} 192.168.111.7:${path}`]);
  expect(host.has(FILE)).toBe(false);
  expect(host.list("var/lib/storage-lab/exports")).toEqual([]);
  expect(host.read("var/lib/nfs/etab")).toBe("/other\t10.0.0.0/8(ro,secure,wdelay)\n");
  expect(host.read("srv/nfs/data")).toBe("precious");
  expect(host.run("nfs-server", "withdraw", nasExport(host)).stdout).toContain("nothing to withdraw");
});

test("must be root", () => {
  const host = new FakeHost();
  host.fake("id", "echo 1000");
  expect(host.run("nfs-server", "apply", nasExport(host)).stderr).toBe("This script must run as root.\n");
});

test("a mode is the whole mode: a bit for the group that the folder has and the mode has not goes away", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", nasExport(host));
  chmodSync(nasExport(host).EXPORT_PATH, 0o2755);
  expect(host.run("nfs-server", "apply", nasExport(host, { MODE: "0755" })).code).toBe(0);
  expect(host.run("nfs-server", "check", nasExport(host, { MODE: "0755" }))).toMatchObject({ code: 0, stderr: "" });
});

test.each(["db1", "cafe", "fe-1.dc"])("the host name %s is no address, though of its digits alone", (name) => {
  const host = new FakeHost();
  // As the real one does: a host name is exported under its canonical name.
  host.fake(
    "exportfs",
    `. "$ROOT/exportfs.sh"\nsed -i 's/\t${name}(/\t${name}.example.org(/' "$ROOT/var/lib/nfs/etab"`,
  );
  host.fake("apt-get", ":");
  const CLIENTS = [name, "fd00::/8"];
  expect(host.run("nfs-server", "apply", nasExport(host, { CLIENTS }))).toMatchObject({ code: 0, stderr: "" });
});
