import { FakeHost, NAS } from "./fake-host";

const values = { ...NAS, EXPORT_PATH: "/nfs", REVISION: "1", GENERATION: 1, MUST_WRITE: true };
const UUID = "11111111-2222-3333-4444-555555555555";
const PROBE = `export/.storage-lab-probe-${UUID}`;

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
  expect(host.has(PROBE)).toBe(false);
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
  ["mount.nfs: Operation not permitted", "Not permitted: 192.168.110.168 has /nfs, and refuses the mount"],
  ["mount: bad option; you might need a /sbin/mount.<type> helper program.", "no mount helper for NFS"],
  ["mount: unknown filesystem type 'nfs'", "kernel of this host has no NFS client"],
  ["mount.nfs: Connection timed out", "did not answer in time"],
  ["", "did not answer in time"],
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

describe("mount options", () => {
  const options = { ...values, MOUNT_OPTIONS: "nfsvers=4.2" };
  const sets = ["hard,nfsvers=4.2 StorageClass nfs-client, StorageClass nfs-csi", "nfsver=3 provisioner"];
  const mounts = (host: FakeHost) => host.calls().filter((call) => call.startsWith("mount "));

  test("of the volumes come after those that bound the wait", () => {
    const host = node();
    host.run("nfs-client", "apply", values);
    expect(mounts(host)[0]).toContain(" -o soft,timeo=100,retrans=2,retry=0 ");
    host.run("nfs-client", "apply", options);
    expect(mounts(host)[0]).toContain(" -o soft,timeo=100,retrans=2,retry=0,nfsvers=4.2 ");
  });

  test("each other set is mounted too, and nothing stays mounted", () => {
    const host = node();
    const run = host.run("nfs-client", "apply", { ...options, OPTION_SETS: sets });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(mounts(host).map((call) => call.split(" ")[4])).toEqual(
      ["nfsvers=4.2", "nfsvers=4.2", "hard,nfsvers=4.2", "nfsver=3"].map(
        (set) => `soft,timeo=100,retrans=2,retry=0,${set}`,
      ),
    );
    expect(run.stdout).toContain("mounted with nfsver=3 (provisioner)");
    expect(host.has("export/keep")).toBe(true);
    expect(host.has(PROBE)).toBe(false);
  });

  test("that are not known are an error, which says whose they are", () => {
    const host = node();
    const mount = 'rmdir "${@: -1}" && mv "$ROOT/export" "${@: -1}"';
    host.fake(
      "mount",
      `[[ $* != *nfsver=* ]] || { echo "mount.nfs: an incorrect mount option was specified" >&2; exit 32; }; ${mount}`,
    );
    const run = host.run("nfs-client", "apply", { ...options, OPTION_SETS: sets });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      "With the mount options of provisioner: The mount options nfsver=3 are not known on this host: one is misspelled, or has a " +
        "wrong value:\nmount.nfs: an incorrect mount option was specified",
    );
    expect(host.has(PROBE)).toBe(false);
  });

  test("of a read-only volume leave nothing behind either", () => {
    const host = node();
    // Nothing can be removed while such a mount is there.
    host.fake("rm", `[[ $(grep -c '^mount ' "$ROOT/calls") == 3 ]] || exec "$ROOT/tools/rm" "$@"; exit 1`);
    const run = host.run("nfs-client", "apply", { ...values, OPTION_SETS: ["ro PersistentVolume books"] });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(host.has(PROBE)).toBe(false);
  });
});

test.each([
  "mount.nfs: mounting failed, reason given by server: No such file or directory",
  "mount.nfs: access denied by server while mounting",
])("showmount tells denied from missing (%s)", (words) => {
  const host = node();
  host.fake("mount", `echo "${words}" >&2; exit 32`);
  expect(host.run("nfs-client", "apply", values).stderr).toContain("Access denied by server");
  host.fake("showmount", 'echo "/other 10.0.0.0/8"');
  expect(host.run("nfs-client", "apply", values).stderr).toContain("exports no /nfs.");
  // A server that does not tell what it exports.
  host.fake("showmount", "exit 1");
  expect(host.run("nfs-client", "apply", values).stderr).toContain("Access denied by server");
  // A path is shown as it is, with blanks behind it up to the longest one.
  host.fake("showmount", 'printf "%s\\n" "/my  data       10.0.0.0/8,fd00::/64"');
  expect(host.run("nfs-client", "apply", { ...values, EXPORT_PATH: "/my  data" }).stderr).toContain("Access denied");
  expect(host.run("nfs-client", "apply", { ...values, EXPORT_PATH: "/my" }).stderr).toContain("exports no /my");
});

describe("an IPv6 server", () => {
  const ipv6 = { ...values, SERVER: "fd00::10", MOUNT_SERVER: "[fd00::10]" };

  test("is mounted in brackets, and asked without", () => {
    const host = node();
    expect(host.run("nfs-client", "apply", ipv6)).toMatchObject({ code: 0, stderr: "" });
    const calls = host.calls();
    expect(calls.find((call) => call.startsWith("mount "))).toContain(" [fd00::10]:/nfs ");
    expect(calls).toContain("showmount --no-headers -e fd00::10");
    expect(calls).toContain("rpcinfo -p fd00::10");
    expect(calls.find((call) => call.includes("dev/tcp"))).toMatch(/ probe fd00::10$/);
  });
});

describe("check", () => {
  test("passes on a node that was set up, and mounts nothing", () => {
    const host = node();
    host.run("nfs-client", "apply", values);
    host.calls();
    expect(host.run("nfs-client", "check", values)).toMatchObject({ code: 0, stderr: "" });
    expect(host.calls().filter((call) => /^(mount|apt-get) /.test(call))).toEqual([]);
  });

  test("without the mount helper it fails, and apply puts it right", () => {
    const host = node();
    host.run("nfs-client", "apply", values);
    host.remove("bin/mount.nfs");
    expect(host.run("nfs-client", "check", values).stderr).toContain("no mount helper for NFS");
    expect(host.run("nfs-client", "apply", values).code).toBe(0);
    expect(host.run("nfs-client", "check", values).code).toBe(0);
  });

  test("where port 2049 is not reached it fails within seconds", () => {
    const host = node();
    host.run("nfs-client", "apply", values);
    host.calls();
    host.fake("timeout", "exit 124");
    expect(host.run("nfs-client", "check", values).stderr).toContain("did not answer on port 2049 within 3 s");
    expect(host.calls()[0]).toMatch(/^timeout 3 /);
  });
});
