import { join } from "node:path";
import type { ShellValue } from "../../../components/nfs/shell-quote";
import { EXPORT_OPTIONS as OPTIONS, FakeHost, nasExport } from "./fake-host";

// Only our own lines of the server's table are put in and taken out: others may be in no file.

const FILE = "etc/exports.d/nas.exports";
const ETAB = "var/lib/nfs/etab";
const OTHERS = "/srv/other\t192.168.110.0/24(ro,secure)\n/home\t[10.0.0.1](rw)\n";

/** A host whose owner exports something by `exportfs` alone, and on which the export `nas` is in force. */
function shared(change = {}): FakeHost {
  const host = new FakeHost();
  host.write(ETAB, OTHERS);
  expect(host.run("nfs-server", "apply", nasExport(host, change))).toMatchObject({ code: 0, stderr: "" });
  host.calls();
  return host;
}

/** Whom the folder is exported to. */
const clientsOf = (host: FakeHost, path = nasExport(host).EXPORT_PATH) =>
  host
    .read(ETAB)
    .split("\n")
    .filter((line) => line.startsWith(`${path}\t`))
    .map((line) => line.slice(path.length + 1).replace(/\(.*/, ""))
    .sort();

afterEach(() => expect(calls.filter((call) => / -[a-z]*[ar]/.test(call.replace(/ -i -o .*/, "")))).toEqual([]));
let calls: string[] = [];
const spent = (host: FakeHost) => (calls = host.calls().filter((call) => call.startsWith("exportfs")));

describe("an export that is in no file", () => {
  const actions: [string, string, Record<string, ShellValue>][] = [
    ["apply again", "apply", {}],
    ["other clients", "apply", { CLIENTS: ["10.1.0.0/16"] }],
    ["a roll-back", "apply", { OPTIONS: "rw,bogus" }],
    ["another name", "apply", { NAME: "other" }],
    ["a withdrawal", "withdraw", {}],
  ];
  test.each(actions)("stays: %s", (_, action, change) => {
    const host = shared();
    host.run("nfs-server", action, nasExport(host, change));
    expect(host.read(ETAB)).toContain(OTHERS);
    spent(host);
  });

  test("stays when the export moves to another path", () => {
    const host = shared();
    const EXPORT_PATH = join(host.root, "srv/moved");
    const run = host.run("nfs-server", "apply", nasExport(host, { NAME: "moved", EXPORT_PATH }));
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(host.read(ETAB)).toContain(OTHERS);
    expect([clientsOf(host), clientsOf(host, EXPORT_PATH)]).toEqual([[], ["192.168.110.0/24", "192.168.111.7"]]);
  });

  test("is not taken over", () => {
    const host = new FakeHost();
    const path = nasExport(host).EXPORT_PATH;
    host.write(ETAB, `${path}\t10.0.0.9(ro)\n`);
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`${path} is exported already, by hand and in no file`);
    expect(run.stderr).toContain("10.0.0.9 ro");
    expect(run.stderr).toContain(`exportfs -u CLIENT:${path}`);
    expect([host.has(FILE), host.read(ETAB), host.calls()]).toEqual([false, `${path}\t10.0.0.9(ro)\n`, []]);
  });

  test("is not taken over by who has exported a path that ends like it", () => {
    const host = new FakeHost();
    const path = nasExport(host).EXPORT_PATH;
    const longer = nasExport(host, { EXPORT_PATH: join(host.root, "srv", path) });
    expect(host.run("nfs-server", "apply", longer)).toMatchObject({ code: 0, stderr: "" });
    host.write(ETAB, `${host.read(ETAB)}${path}\t10.0.0.9(ro)\n`);
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.stderr).toContain(`${path} is exported already, by hand and in no file`);
    spent(host);
  });

  test("of our own path, to a client that was added by hand, is left alone and told", () => {
    const host = shared();
    const line = `${nasExport(host).EXPORT_PATH}\t10.0.0.9(ro)\n`;
    host.write(ETAB, host.read(ETAB) + line);
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/exported to these too, by hand .*left alone: 10\.0\.0\.9\n/);
    expect(host.run("nfs-server", "check", nasExport(host)).code).toBe(0);
    expect(host.run("nfs-server", "withdraw", nasExport(host)).code).toBe(0);
    expect(host.read(ETAB)).toBe(OTHERS + line);
  });
});

test("no error tells to run exportfs in a way that drops others' exports", () => {
  const host = new FakeHost();
  host.write("etc/exports", `${nasExport(host).EXPORT_PATH} *(ro)\n`);
  const { stderr } = host.run("nfs-server", "apply", nasExport(host));
  expect(stderr).toContain(`exportfs -u CLIENT:${nasExport(host).EXPORT_PATH}`);
  expect(stderr).not.toMatch(/exportfs -[a-z]*[ar]/);
});

test("clients that are no longer named lose the export, after the new ones have it", () => {
  const host = shared();
  const path = nasExport(host).EXPORT_PATH;
  const run = host.run("nfs-server", "apply", nasExport(host, { CLIENTS: ["192.168.111.7", "10.0.0.0/8"] }));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(clientsOf(host)).toEqual(["10.0.0.0/8", "192.168.111.7"]);
  expect(spent(host)).toEqual([
    `exportfs -i -o ${OPTIONS} 192.168.111.7:${path} 10.0.0.0/8:${path}`,
    `exportfs -u 192.168.110.0/24:${path}`,
  ]);
});

test("IPv6: plain in the file, in brackets for exportfs", () => {
  const CLIENTS = ["fd00::/64", "fd00::7"];
  const host = shared({ CLIENTS });
  const path = nasExport(host).EXPORT_PATH;
  expect(host.read(FILE)).toContain(`${path} fd00::/64(${OPTIONS}) fd00::7(${OPTIONS})\n`);
  expect(clientsOf(host)).toEqual(CLIENTS);
  expect(host.run("nfs-server", "check", nasExport(host, { CLIENTS }))).toMatchObject({ code: 0 });
  expect(host.run("nfs-server", "withdraw", nasExport(host, { CLIENTS })).code).toBe(0);
  expect(spent(host)).toEqual([`exportfs -u [fd00::]/64:${path} [fd00::7]:${path}`]);
  expect(host.read(ETAB)).toBe(OTHERS);
});

test("a host by another name keeps the export", () => {
  const host = shared({ CLIENTS: ["nas1"] });
  // As the real one does, which resolves names: the line of a host goes by whatever name of it.
  host.fake(
    "exportfs",
    `. "$ROOT/exportfs.sh"\n[[ $1 != -u ]] || sed -i '/\\tnas1/d' "$ROOT/${ETAB}"; sed -i 's/\\tnas1(/\\tnas1.school.lan(/' "$ROOT/${ETAB}"`,
  );
  const run = host.run("nfs-server", "apply", nasExport(host, { CLIENTS: ["nas1.school.lan"] }));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(clientsOf(host)).toEqual(["nas1.school.lan"]);
});

test("an address is exported under the name of its host too", () => {
  const host = shared();
  host.write(ETAB, host.read(ETAB).replace("192.168.111.7(", "node7.school.lan("));
  host.fake("getent", 'echo "192.168.111.7  STREAM node7.school.lan"');
  expect(host.run("nfs-server", "check", nasExport(host))).toMatchObject({ code: 0 });
  host.fake("getent", 'echo "192.168.111.8  STREAM node7.school.lan"');
  expect(host.run("nfs-server", "check", nasExport(host)).stderr).toContain("not exported to 192.168.111.7");
});

test("a line that another file declares by now too outlives the withdrawal", () => {
  const host = shared();
  const path = nasExport(host).EXPORT_PATH;
  host.write("etc/exports", `${path} 192.168.110.0/24(ro)\n`);
  const run = host.run("nfs-server", "withdraw", nasExport(host));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toContain(`Others export ${path} too`);
  expect([clientsOf(host), host.has(FILE)]).toEqual([["192.168.110.0/24"], false]);
});

test("also where that file names thousands of clients", () => {
  const host = shared();
  const path = nasExport(host).EXPORT_PATH;
  const many = Array.from({ length: 10_000 }, (_, i) => `${path} node-of-the-school-${i}(ro)\n`);
  host.write("etc/exports", `${path} 192.168.110.0/24(ro)\n${many.join("")}`);
  expect(host.run("nfs-server", "withdraw", nasExport(host)).code).toBe(0);
  expect(clientsOf(host)).toEqual(["192.168.110.0/24"]);
  spent(host);
});

test("a roll-back puts clients and options of before into force again, also where the file was removed by hand", () => {
  for (const removed of [false, true]) {
    const host = shared();
    const before = host.read(ETAB).split("\n").sort();
    if (removed) host.remove(FILE);
    host.fake(
      "exportfs",
      `args=$*; . "$ROOT/exportfs.sh"\n[[ $args != *"-o ro"* ]] || echo "exportfs: $ROOT/srv/nfs does not work" >&2`,
    );
    const run = host.run(
      "nfs-server",
      "apply",
      nasExport(host, { CLIENTS: ["10.0.0.0/8", "192.168.111.7"], OPTIONS: "ro" }),
    );
    expect(run.stderr).toContain("the exports of before are in force again");
    expect(host.read(ETAB).split("\n").sort()).toEqual(before);
    expect(host.has(FILE)).toBe(!removed);
  }
});

test("what is noted of an export only root reads", () => {
  const host = shared();
  const { mode } = host.stat("var/lib/storage-lab/exports");
  expect(mode & 0o777).toBe(0o700);
});

describe("what was done by hand is put right by the same script", () => {
  const accidents: [string, (host: FakeHost) => void, string][] = [
    ["exportfs -ua", (host) => host.write(ETAB, ""), "is not exported to 192.168.110.0/24"],
    ["a client taken out", (host) => host.write(ETAB, host.read(ETAB).replace(/.*111\.7.*\n/, "")), "to 192.168.111.7"],
    ["systemctl stop", (host) => host.write("proc/fs/nfsd/threads", "0\n"), "no nfsd thread runs"],
    ["systemctl disable", (host) => host.remove("enabled"), "nfs-server is not started when the host boots"],
    ["rm of the file", (host) => host.remove(FILE), "would not be the same after a reboot"],
    ["an edited file", (host) => host.write(FILE, host.read(FILE).replaceAll("rw,", "ro,")), "after a reboot"],
    [
      "a client added in the file, and exportfs -ra",
      (host) => {
        host.write(FILE, host.read(FILE).replace(")\n", `) 10.9.0.0/16(${OPTIONS})\n`));
        host.reExport();
        host.write(ETAB, OTHERS + host.read(ETAB));
      },
      "after a reboot",
    ],
    ["chmod", (host) => host.chmod("srv/nfs", 0o700), "has mode 700 instead of 0777"],
    ["apt-get remove", (host) => host.remove("bin/exportfs"), "there is no NFS server"],
    ["rmdir", (host) => host.remove("srv/nfs"), "srv/nfs is not there"],
  ];

  test.each(accidents)("%s", (_, accident, words) => {
    const host = shared();
    expect(host.run("nfs-server", "check", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    const before = host
      .read(ETAB)
      .split("\n")
      .filter((line) => line.startsWith(host.root))
      .sort();
    accident(host);
    const found = host.run("nfs-server", "check", nasExport(host));
    expect(found.code).toBe(1);
    expect(found.stderr).toContain(words);
    expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.run("nfs-server", "check", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    expect(
      host
        .read(ETAB)
        .split("\n")
        .filter((line) => line.startsWith(host.root))
        .sort(),
    ).toEqual(before);
  });

  test("an export whose file was removed is withdrawn all the same", () => {
    const host = shared();
    host.remove(FILE);
    expect(host.run("nfs-server", "withdraw", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.read(ETAB)).toBe(OTHERS);
    expect(host.run("nfs-server", "withdraw", nasExport(host)).stdout).toContain("nothing to withdraw");
  });
});
