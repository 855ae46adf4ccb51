import { type ShellValue } from "../../../components/nfs/shell-quote";
import { FakeHost, nasExport } from "./fake-host";

// What the server has in force is compared with what was asked, option by option, for each client.

const ETAB = "var/lib/nfs/etab";

/** As exportfs writes a client's options, all of them. */
const full = (change: Record<string, string> = {}, sec = "sec=sys") => {
  const { rw, sync, secure, root, all, ids } = {
    rw: "rw",
    sync: "sync",
    secure: "secure",
    root: "root_squash",
    all: "no_all_squash",
    ids: "anonuid=65534,anongid=65534",
    ...change,
  };
  return (
    `${rw},${sync},wdelay,hide,nocrossmnt,${secure},${root},${all},no_subtree_check,secure_locks,acl,no_pnfs,${ids},` +
    `${sec},${rw},${secure},${root},${all}`
  );
};

/** What a check says of a table that has these lines: client → options. */
function said(change: Record<string, ShellValue>, table: Record<string, string>, names: Record<string, string[]> = {}) {
  const host = new FakeHost();
  const values = nasExport(host, { CLIENTS: ["10.0.0.0/8"], OPTIONS: "rw,no_subtree_check", ...change });
  expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0 });
  const cases = Object.entries(names).map(([name, all]) => `${name}) printf '%s STREAM\\n' ${all.join(" ")} ;;`);
  host.fake("getent", `case $2 in ${cases.join("\n")} *) ;; esac`);
  const lines = Object.entries(table).map(([client, options]) => `${values.EXPORT_PATH}\t${client}(${options})\n`);
  host.write(ETAB, lines.join(""));
  const { stderr } = host.run("nfs-server", "check", values);
  return stderr
    .split("\n")
    .filter((line) => line !== "" && !line.includes("after a reboot"))
    .sort();
}

test.each([
  ["rw,no_subtree_check", full()],
  [
    "rw,sync,secure,root_squash,all_squash,anonuid=999,anongid=999",
    full({ all: "all_squash", ids: "anonuid=999,anongid=999" }),
  ],
  ["rw,anonuid=4294967294,fsid=root", full({ ids: "fsid=0,anonuid=-2,anongid=65534" })],
  ["ro,mp,auth_nlm", full({ rw: "ro", ids: "mountpoint,anonuid=65534,anongid=65534" })],
  ["rw,sec=krb5p", full({}, "sec=krb5p")],
  ["rw,sec=krb5p:krb5", full({}, "sec=krb5p:krb5")],
  ["sec=krb5,rw,sec=sys,ro", full({ rw: "ro" }, "sec=krb5,rw,secure,root_squash,no_all_squash,sec=sys")],
  // The table has it only where it is not "none".
  ["rw,reexport=none", full()],
  // A server of an older release.
  ["rw", "rw,sync,wdelay,secure"],
])("%s is in force", (OPTIONS, table) => expect(said({ OPTIONS }, { "10.0.0.0/8": table })).toEqual([]));

test.each<[string, string, string[]]>([
  ["rw", full({ rw: "ro" }), ["10.0.0.0/8: option rw is not in force, but ro"]],
  // Nothing of it was asked for, and it is the default.
  ["rw", full({ root: "no_root_squash" }), ["10.0.0.0/8: option root_squash is not in force, but no_root_squash"]],
  ["rw", full({ sync: "async" }), ["10.0.0.0/8: option sync is not in force, but async"]],
  ["rw,anonuid=999", full(), ["10.0.0.0/8: option anonuid=999 is not in force, but anonuid=65534"]],
  ["rw,fsid=0", full(), ["10.0.0.0/8: option fsid=0 is not in force"]],
  ["rw,crossmnt", full(), ["10.0.0.0/8: option crossmnt is not in force, but nocrossmnt"]],
  ["rw", full({}, "sec=sys:none"), ["10.0.0.0/8: sec=none is in force too, which was not asked for"]],
  [
    "rw,sec=krb5p",
    full(),
    ["10.0.0.0/8: option sec=krb5p is not in force", "10.0.0.0/8: sec=sys is in force too, which was not asked for"],
  ],
  [
    "sec=krb5,rw,sec=sys,ro",
    full({ rw: "rw" }, "sec=krb5,rw,secure,root_squash,no_all_squash,sec=sys"),
    ["10.0.0.0/8: option ro is not in force, but rw"],
  ],
])("%s is not in force", (OPTIONS, table, words) => {
  expect(said({ OPTIONS }, { "10.0.0.0/8": table })).toEqual(words);
});

test("each client has options of its own, in the file and in force, in the order that was asked", () => {
  const host = new FakeHost();
  const change = {
    CLIENTS: ["192.168.110.0/25", "192.168.110.0/24", "*.school.lan", "@nodes", "fd00::/64"],
    CLIENT_OPTIONS: ["ro", "rw", "rw", "rw,all_squash", "rw,all_squash"],
  };
  const values = nasExport(host, change);
  expect(host.run("nfs-server", "apply", values)).toMatchObject({ code: 0, stderr: "" });
  const path = values.EXPORT_PATH;
  expect(host.read("etc/exports.d/nas.exports")).toContain(
    `${path} 192.168.110.0/25(ro) 192.168.110.0/24(rw) *.school.lan(rw) @nodes(rw,all_squash) fd00::/64(rw,all_squash)\n`,
  );
  // What is put in last is first in the table.
  expect(host.calls().filter((call) => call.startsWith("exportfs"))).toEqual([
    `exportfs -i -o rw,all_squash @nodes:${path} [fd00::]/64:${path}`,
    `exportfs -i -o rw 192.168.110.0/24:${path} *.school.lan:${path}`,
    `exportfs -i -o ro 192.168.110.0/25:${path}`,
  ]);
  expect(host.run("nfs-server", "check", values)).toMatchObject({ code: 0, stderr: "" });
  host.write(ETAB, host.read(ETAB).replace(/.*@nodes.*\n/, ""));
  expect(host.run("nfs-server", "check", values).stderr).toContain("is not exported to @nodes");
  expect(host.run("nfs-server", "withdraw", values).code).toBe(0);
  expect(host.read(ETAB)).toBe("");
});

test("another client's wider line is not ours", () => {
  const OPTIONS = "ro";
  expect(said({ OPTIONS }, { "10.0.0.0/8": full({ rw: "ro" }), "*.lan": full(), "0.0.0.0/0": full() })).toEqual([]);
  expect(said({ OPTIONS }, { "0.0.0.0/0": full({ rw: "ro" }) })).toEqual([
    expect.stringContaining("not exported to 10.0.0.0/8"),
  ]);
});

describe("a host name, which the table has under its canonical one", () => {
  const CLIENTS = ["nas1", "nas2"];
  const names = {
    nas1: ["10.0.0.1"],
    "nas1.lan": ["10.0.0.1", "fd00::1"],
    nas2: ["10.0.0.2"],
    "nas2.lan": ["10.0.0.2"],
  };

  test("is found by its addresses", () => {
    const CLIENT_OPTIONS = ["ro", "rw"];
    const table = { "nas2.lan": full(), "nas1.lan": full({ rw: "ro" }) };
    expect(said({ CLIENTS, CLIENT_OPTIONS }, table, names)).toEqual([]);
    expect(said({ CLIENTS, CLIENT_OPTIONS: ["rw", "ro"] }, table, names)).toEqual([
      "nas1: option rw is not in force, but ro",
      "nas2: option ro is not in force, but rw",
    ]);
  });

  test("that cannot be resolved is counted, and its options compared where it is plain which are meant", () => {
    expect(said({ CLIENTS }, { "a.lan": full(), "b.lan": full() })).toEqual([]);
    expect(said({ CLIENTS }, { "a.lan": full(), "b.lan": full({ rw: "ro" }) })).toEqual([
      "b.lan: option rw is not in force, but ro",
    ]);
    expect(said({ CLIENTS, CLIENT_OPTIONS: ["ro", "rw"] }, { "a.lan": full(), "b.lan": full() })).toEqual([]);
    expect(said({ CLIENTS }, { "a.lan": full() }).join()).toContain("not exported to 1 of the hosts named");
  });
});

test("an fsid that another export to the same client has is refused, but not the own one's of before a move", () => {
  const host = new FakeHost();
  host.write(
    ETAB,
    "/srv/my\\040other\t10.0.0.0/8(rw,fsid=0,anonuid=65534)\n/srv/b\t10.1.0.0/16(rw,fsid=1,anonuid=65534)\n",
  );
  const values = nasExport(host, { CLIENTS: ["10.0.0.0/8"], OPTIONS: "rw,fsid=root" });
  const { code, stderr } = host.run("nfs-server", "apply", values);
  expect([code, host.has("etc/exports.d/nas.exports")]).toEqual([1, false]);
  expect(stderr).toContain("/srv/my other is exported to 10.0.0.0/8 with fsid=root already: nothing was changed.");
  expect(host.run("nfs-server", "apply", { ...values, OPTIONS: "rw,fsid=1" }).code).toBe(0);
  const EXPORT_PATH = `${values.EXPORT_PATH}2`;
  expect(host.run("nfs-server", "apply", { ...values, OPTIONS: "rw,fsid=1", EXPORT_PATH })).toMatchObject({
    code: 0,
    stderr: "",
  });
});
