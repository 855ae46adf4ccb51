import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FakeHost, NAS, nasExport } from "./fake-host";

/** Commands that the scripts must leave to the host's owner. */
const UNTOUCHED = ["firewall-cmd", "iptables", "nft", "setsebool", "semanage", "setenforce"];

/** How the family's members introduce themselves in /etc/os-release. */
const members = {
  "CentOS 7": 'NAME="CentOS Linux"\nID="centos"\nID_LIKE="rhel fedora"\n',
  "CentOS Stream 9": 'ID="centos"\nID_LIKE="rhel fedora"\n',
  "RHEL 9": 'ID="rhel"\nID_LIKE="fedora"\n',
  "AlmaLinux 9": 'ID="almalinux"\nID_LIKE="rhel centos fedora"\n',
  Fedora: "ID=fedora\n",
};

/** A host of the family whose firewall and SELinux commands note that they were called. */
function rhel(release = members["RHEL 9"]): FakeHost {
  const host = new FakeHost("rocky");
  host.write("etc/os-release", release);
  for (const command of [...UNTOUCHED, "rpm"]) host.fake(command, ":");
  return host;
}

/** The same host as it was before dnf. */
function withYum(host: FakeHost): FakeHost {
  host.write("bin/yum", host.read("bin/dnf").replace("dnf", "yum"));
  chmodSync(join(host.root, "bin/yum"), 0o755);
  rmSync(join(host.root, "bin/dnf"));
  return host;
}

describe("nfs-server.sh on the RHEL family", () => {
  test.each(Object.entries(members))("%s: nfs-utils and nfs-server, and no other command", (_, release) => {
    const host = rhel(release);
    expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.calls()).toEqual([
      "dnf install -y nfs-utils",
      "systemctl is-enabled nfs-server",
      "systemctl enable --quiet nfs-server",
      "systemctl start nfs-server",
      expect.stringMatching(/^exportfs -i -o /),
    ]);
  });

  test("without dnf: yum", () => {
    const host = withYum(rhel(members["CentOS 7"]));
    expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.calls()[0]).toBe("yum install -y nfs-utils");
  });

  test("run again, checked and withdrawn: package and service stay", () => {
    const host = rhel();
    host.run("nfs-server", "apply", nasExport(host));
    host.calls();
    for (const action of ["apply", "check", "withdraw"]) {
      expect(host.run("nfs-server", action, nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    }
    expect(host.calls()).toEqual([
      "systemctl is-enabled nfs-server",
      expect.stringMatching(/^exportfs -i -o /),
      "systemctl is-enabled --quiet nfs-server",
      expect.stringMatching(/^exportfs -u /),
    ]);
  });

  test("waits while another dnf holds its lock", () => {
    const host = rhel();
    const dnf = host.read("bin/dnf");
    host.fake(
      "dnf",
      `[[ -e $ROOT/tried ]] || { : >"$ROOT/tried"; echo "Waiting: Another app is currently holding the yum lock"; exit 1; }
${dnf.split("\n").slice(2).join("\n")}`,
    );
    expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
    expect(host.calls().filter((call) => call.startsWith("dnf"))).toEqual(Array(2).fill("dnf install -y nfs-utils"));
  });

  test("quotes dnf when it fails, and exports nothing", () => {
    const host = rhel();
    host.fake("dnf", 'echo "Error: Unable to find a match: nfs-utils"; exit 1');
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toBe("Error: Unable to find a match: nfs-utils\ndnf could not install nfs-utils.\n");
    expect(host.has("etc/exports.d/nas.exports")).toBe(false);
  });

  test("quotes the service manager when nfs-server does not start", () => {
    const host = rhel();
    host.fake("systemctl", '[[ $1 != start ]] || exit 1; [[ $1 != status ]] || echo "nfs-server.service: failed"');
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toBe("nfs-server did not start:\nnfs-server.service: failed\n");
    expect(host.calls().at(-1)).toMatch(/^systemctl status .* nfs-server$/);
  });
});

describe("nfs-client.sh on the RHEL family", () => {
  const UUID = "11111111-2222-3333-4444-555555555555";
  const values = { ...NAS, EXPORT_PATH: "/nfs", REVISION: "1", GENERATION: 1, MUST_WRITE: true };

  /** A node that reaches the NAS; its mount moves the folder `export` into the mount point. */
  function node(release?: string): FakeHost {
    const host = rhel(release);
    host.reachesNas(UUID);
    return host;
  }

  test.each(Object.entries(members))("%s: nfs-utils, and no service", (_, release) => {
    const host = node(release);
    expect(host.run("nfs-client", "apply", values)).toMatchObject({ code: 0, stderr: "" });
    const calls = host.calls();
    expect(calls.filter((call) => call.startsWith("dnf"))).toEqual(["dnf install -y nfs-utils"]);
    for (const command of ["systemctl", ...UNTOUCHED]) {
      expect(calls.filter((call) => call.split(" ")[0] === command)).toEqual([]);
    }
    expect(host.has(`export/.storage-lab-probe-${UUID}`)).toBe(false);
  });

  test("with nfs-utils there, no package manager is called", () => {
    const host = node();
    host.run("nfs-client", "apply", values);
    host.calls();
    expect(host.run("nfs-client", "apply", values).code).toBe(0);
    expect(host.calls().filter((call) => /^(dnf|yum|rpm) /.test(call))).toEqual([]);
  });
});
