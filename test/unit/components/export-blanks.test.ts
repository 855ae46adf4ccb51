import { join } from "node:path";
import { FakeHost, nasExport } from "./fake-host";

// exports(5), the server's table and the kernel's escape a blank in a path, each in its way.

const FILE = "etc/exports.d/nas.exports";
const ETAB = "var/lib/nfs/etab";
const NOTES = "var/lib/storage-lab/exports/nas.lines";

const withBlank = (host: FakeHost, change = {}) => {
  const EXPORT_PATH = join(host.root, "srv/my nfs data");
  return nasExport(host, { CLIENTS: ["192.168.110.0/24"], OPTIONS: "rw", EXPORT_PATH, ...change });
};
const escaped = (host: FakeHost) => join(host.root, "srv/my\\040nfs\\040data");

test("is exported, checked and withdrawn", () => {
  const host = new FakeHost();
  const values = withBlank(host);
  expect(host.run("nfs-server", "apply", values)).toMatchObject({ code: 0, stderr: "" });
  expect(host.stat("srv/my nfs data").mode & 0o777).toBe(0o777);
  expect(host.read(FILE)).toContain(`\n${escaped(host)} 192.168.110.0/24(rw)\n`);
  expect(host.read(ETAB)).toMatch(/^[^ ]*\/srv\/my\\040nfs\\040data\t192\.168\.110\.0\/24\(rw,/);
  expect(host.read(NOTES)).toBe(`storage-lab/test/nas ${escaped(host)}\n${escaped(host)} 192.168.110.0/24 rw\n`);
  expect(host.calls()).toContain(`exportfs -i -o rw 192.168.110.0/24:${values.EXPORT_PATH}`);
  expect(host.run("nfs-server", "check", values)).toMatchObject({ code: 0, stderr: "" });
  expect(host.run("nfs-server", "apply", values)).toMatchObject({ code: 0, stderr: "" });
  expect(host.run("nfs-server", "withdraw", values)).toMatchObject({ code: 0, stderr: "" });
  expect(host.calls()).toContain(`exportfs -u 192.168.110.0/24:${values.EXPORT_PATH}`);
  expect([host.read(ETAB), host.has(FILE), host.has(NOTES), host.has("srv/my nfs data")]).toEqual([
    "",
    false,
    false,
    true,
  ]);
});

test("moves, also when its file was removed by hand", () => {
  for (const removed of [false, true]) {
    const host = new FakeHost();
    host.run("nfs-server", "apply", withBlank(host));
    if (removed) host.remove(FILE);
    const EXPORT_PATH = join(host.root, "srv/my other");
    expect(host.run("nfs-server", "apply", withBlank(host, { EXPORT_PATH }))).toMatchObject({ code: 0, stderr: "" });
    expect(host.read(ETAB)).toMatch(/^[^ ]*\/srv\/my\\040other\t[^\n]*\n$/);
  }
});

test("a roll-back brings back what was, and removes the folder that was made", () => {
  const host = new FakeHost();
  host.run("nfs-server", "apply", withBlank(host));
  const before = host.read(ETAB);
  const EXPORT_PATH = join(host.root, "srv/a b/c d");
  expect(host.run("nfs-server", "apply", withBlank(host, { EXPORT_PATH, OPTIONS: "bogus" })).code).toBe(1);
  expect([host.read(ETAB), host.has("srv/a b")]).toEqual([before, false]);
  host.chmod("srv/my nfs data", 0o750);
  expect(host.run("nfs-server", "apply", withBlank(host, { OPTIONS: "bogus" })).code).toBe(1);
  expect(host.stat("srv/my nfs data").mode & 0o777).toBe(0o750);
});

test.each(['"PATH" *(ro)', "ESCAPED 10.0.0.1(ro) # mine", "# nothing\n  ESCAPED\t*(ro)", '"PATH"/ \\\n *(ro)'])(
  "is found in the file of somebody else: %s",
  (line) => {
    const host = new FakeHost();
    const values = withBlank(host);
    host.write("etc/exports", `${line.replace("PATH", values.EXPORT_PATH).replace("ESCAPED", escaped(host))}\n`);
    const { code, stderr } = host.run("nfs-server", "apply", values);
    expect(code).toBe(1);
    expect(stderr).toContain(`etc/exports already exports ${values.EXPORT_PATH}`);
    expect(stderr).toContain(`exportfs -u CLIENT:${values.EXPORT_PATH.replaceAll(" ", "\\ ")}`);
  },
);

test("of somebody else's file, a comment and what only begins like the path do not count", () => {
  const host = new FakeHost();
  const values = withBlank(host);
  host.write(
    "etc/exports",
    `# "${values.EXPORT_PATH}" *(ro)\n${values.EXPORT_PATH} *(ro)\n"${values.EXPORT_PATH} 2" *(ro)\n`,
  );
  expect(host.run("nfs-server", "apply", values)).toMatchObject({ code: 0, stderr: "" });
});

test("exported by hand and in no file is refused", () => {
  const host = new FakeHost();
  host.write(ETAB, `${escaped(host)}\t10.0.0.9(ro)\n`);
  expect(host.run("nfs-server", "apply", withBlank(host)).stderr).toContain(
    "is exported already, by hand and in no file",
  );
});

test("who uses it is found by the kernel's tables", () => {
  const host = new FakeHost();
  host.minutesPass = true;
  const values = withBlank(host);
  host.run("nfs-server", "apply", values);
  host.v4Client("confirmed", 5);
  const domain = "192.168.110.0/24";
  host.kernelTables({ "192.168.110.11": domain }, [[domain, escaped(host)]]);
  const { code, stderr } = host.run("nfs-server", "withdraw", values);
  expect(code).toBe(1);
  expect(stderr).toContain(`may have it mounted, as a host of ${domain} used it lately`);
  host.write("srv/my nfs data/file", "");
  host.v4Client("confirmed", 5, { states: host.openState("srv/my nfs data/file") });
  expect(host.run("nfs-server", "withdraw", values).stderr).toContain(
    "192.168.110.11 (Linux NFSv4.2 node1): 1 open file",
  );
});

test("its own file system is told from others by a mount point with blanks", () => {
  const host = new FakeHost();
  const values = withBlank(host);
  host.run("nfs-server", "apply", values);
  host.write(
    "proc/self/mountinfo",
    `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 8:2 / ${escaped(host)} rw - ext4 /dev/sdb rw\n`,
  );
  host.v4Client("confirmed", 5, { states: '- 0x1: { type: open, superblock: "08:02:77", filename: "x" }\n' });
  expect(host.run("nfs-server", "withdraw", values).stderr).toContain("1 open file");
});
