import { join } from "node:path";
import type { ShellValue } from "../../../components/nfs/shell-quote";
import { FakeHost, nasExport } from "./fake-host";

// An export is withdrawn when none of its own clients uses it; those of the server's other exports do not count.

const FILE = "etc/exports.d/nas.exports";
const NETWORK = "192.168.110.0/24";
const SCHOOL = { "192.168.110.11": NETWORK };

/** A host that exports the folder, with a file in it and one in another folder that others export. */
function exporting(change: Record<string, ShellValue> = {}): FakeHost {
  const host = new FakeHost();
  expect(host.run("nfs-server", "apply", nasExport(host, change)).code).toBe(0);
  host.write("var/lib/nfs/etab", `${host.read("var/lib/nfs/etab")}${join(host.root, "srv/other")}\t10.0.0.0/8(rw)\n`);
  host.write("srv/nfs/deep/er/data", "precious");
  host.write("srv/other/data", "of others");
  return host;
}

const withdraw = (host: FakeHost, change = {}) => host.run("nfs-server", "withdraw", nasExport(host, change));
const path = (host: FakeHost) => nasExport(host).EXPORT_PATH;

describe("open files (NFSv4)", () => {
  test.each(["open", "lock", "deleg", "layout"])("of this export hold it, and who has them is named (%s)", (type) => {
    const host = exporting();
    const states = host.openState("srv/nfs/deep/er/data", type).repeat(2) + host.openState("srv/nfs", type);
    host.v4Client("confirmed", 30, { states });
    host.kernelTables(SCHOOL, []);
    const run = withdraw(host);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("still in use after 0 s");
    expect(run.stderr).toContain("\n192.168.110.11 (Linux NFSv4.2 node1): 2 open files\n");
    expect(host.has(FILE)).toBe(true);
    expect(withdraw(host, { FORCE: true }).code).toBe(0);
    expect(host.has(FILE)).toBe(false);
  });

  test("of another export do not, on the same file system, by a client of both", () => {
    const host = exporting();
    host.v4Client("confirmed", 0, { states: host.openState("srv/other/data") });
    host.kernelTables(SCHOOL, []);
    expect(withdraw(host)).toMatchObject({ code: 0, stderr: "" });
  });

  test("on another file system do not, though of the same number", () => {
    const host = exporting();
    host.v4Client("confirmed", 0, { states: host.openState("srv/nfs/deep/er/data").replace("08:01:", "08:02:") });
    host.kernelTables(SCHOOL, []);
    expect(withdraw(host)).toMatchObject({ code: 0, stderr: "" });
  });

  test.each(["srv/nfs", "srv/nfs/disk"])("on a file system of its own at %s all hold it", (at) => {
    const host = exporting();
    const mounts = `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n90 22 253:17 / ${join(host.root, at)} rw - ext4 /dev/vdb rw\n`;
    host.write("proc/self/mountinfo", mounts);
    host.v4Client("confirmed", 0, { states: '- 0x1: { type: open, superblock: "fd:11:7", filename: "a/b" }\n' });
    host.kernelTables(SCHOOL, []);
    expect(withdraw(host).stderr).toContain("(Linux NFSv4.2 node1): 1 open file\n");
  });

  test("count when it takes too long to tell whose they are", () => {
    const host = exporting();
    host.fake("timeout", "exit 124");
    host.v4Client("confirmed", 0, { states: host.openState("srv/other/data") });
    host.kernelTables(SCHOOL, []);
    expect(withdraw(host).stderr).toContain("1 open file\n");
  });

  test.each([
    ["courtesy", 200],
    ["expirable", 200],
    ["unconfirmed", 0],
    ["confirmed", 91],
  ])("of a client that is only remembered (%s, idle %d s) do not count", (status, idle) => {
    const host = exporting();
    host.v4Client(status, idle, { states: host.openState("srv/nfs/deep/er/data") });
    expect(withdraw(host)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a client without open files (NFSv4)", () => {
  test("that the server's other exports alone admit does not count", () => {
    const host = exporting();
    host.v4Client("confirmed", 0, { address: "10.0.0.7" });
    host.kernelTables({ "10.0.0.7": "10.0.0.0/8" }, [[NETWORK, path(host)]]);
    expect(withdraw(host)).toMatchObject({ code: 0, stderr: "" });
    expect(host.calls()).not.toContain("exportfs -f");
  });

  test.each([
    ["192.168.110.11", "192.168.110.11"],
    ["fd00::11", "fd00:0000:0000:0000:0000:0000:0000:0011"],
  ])("holds it when the export was used lately and there is no time to watch (%s)", (address, inTable) => {
    const host = exporting({ CLIENTS: [NETWORK, "fd00::/64"] });
    const domain = address.includes(":") ? "fd00::/64" : NETWORK;
    host.v4Client("confirmed", 0, { address });
    host.kernelTables({ [inTable]: domain }, [[domain, path(host)]]);
    const run = withdraw(host, { CLIENTS: [NETWORK, "fd00::/64"] });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      `\n${address} (Linux NFSv4.2 node1): may have it mounted, as a host of ${domain} used it lately\n`,
    );
    expect(run.stderr).toContain("clientWait");
  });

  test.each([
    ["only another export was used", "srv/other"],
    ["an export of its own below was used", "srv/nfs/own"],
  ])("does not when %s", (_, used) => {
    const host = exporting();
    host.write("var/lib/nfs/etab", `${host.read("var/lib/nfs/etab")}${join(host.root, "srv/nfs/own")}\t*(rw)\n`);
    host.v4Client("confirmed", 0);
    host.kernelTables(SCHOOL, [[NETWORK, join(host.root, used)]]);
    expect(withdraw(host)).toMatchObject({ code: 0, stderr: "" });
  });

  test("is watched: what it still has mounted is used again, in the emptied table", () => {
    const host = exporting();
    host.v4Client("confirmed", 0);
    host.kernelTables(SCHOOL, []);
    host.fake(
      "sleep",
      `"$ROOT/tools/sleep" 1; echo "${NETWORK} 7 0x1 ${path(host)}/deep" >"$ROOT/proc/net/rpc/nfsd.fh/content"`,
    );
    const run = withdraw(host, { CLIENT_WAIT: 2 });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("Watching for up to 2 s whether these clients still use");
    expect(run.stderr).toContain("may have it mounted");
    expect(host.calls().filter((call) => call === "exportfs -f").length).toBeGreaterThan(1);
  });

  test("that has unmounted it does not hold it: the table stays empty for a while", () => {
    const host = exporting();
    host.v4Client("confirmed", 0);
    host.kernelTables(SCHOOL, [[NETWORK, path(host)]]);
    host.minutesPass = true;
    expect(withdraw(host, { CLIENT_WAIT: 120 })).toMatchObject({ code: 0, stderr: "" });
  });

  test("holds it where the kernel has no such table", () => {
    const host = exporting();
    host.v4Client("confirmed", 0);
    const run = withdraw(host);
    expect(run.stderr).toContain(
      "192.168.110.11 (Linux NFSv4.2 node1): this kernel does not tell which exports it uses",
    );
  });

  test("of a kernel that lists none is whoever is connected", () => {
    const host = exporting();
    host.remove("proc/fs/nfsd/clients");
    host.fake("ss", "echo '0 0 [::ffff:192.168.110.168]:2049 [::ffff:192.168.110.12]:800'");
    host.kernelTables({}, [[NETWORK, path(host)]]);
    expect(withdraw(host).stderr).toContain("192.168.110.12 (connected): may have it mounted");
    host.fake("ss", ":");
    expect(withdraw(host)).toMatchObject({ code: 0, stderr: "" });
  });
});

test.each(["192.168.110.12", "fd00::12"])("an NFSv3 client counts while it is connected (%s)", (address) => {
  const host = exporting();
  host.write("var/lib/nfs/rmtab", `${address}:${path(host)}/deep:0x1\n10.0.0.7:${join(host.root, "srv/other")}:0x1\n`);
  const peer = address.includes(":") ? `[${address}]` : address;
  host.fake("ss", `echo '0 0 192.168.110.168:2049 ${peer}:800'; echo '0 0 192.168.110.168:2049 10.0.0.7:801'`);
  const { stderr } = withdraw(host);
  expect(stderr).toContain(`\n${address}: has it mounted (NFSv3)\n`);
  expect(stderr).not.toContain("10.0.0.7");
  host.fake("ss", ":");
  expect(withdraw(host).code).toBe(0);
});

test("the export is not moved to another path from under a client", () => {
  const host = exporting();
  host.v4Client("confirmed", 0, { states: host.openState("srv/nfs/deep/er/data") });
  const run = host.run("nfs-server", "apply", nasExport(host, { EXPORT_PATH: join(host.root, "srv/moved") }));
  expect(run.stderr).toContain(`${path(host)} is still in use`);
});
