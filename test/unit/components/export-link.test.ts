import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { exportPathError } from "../../../components/nfs/export-path";
import { renderScript } from "../../../components/nfs/script-text";
import { FakeHost, nasExport } from "./fake-host";

const FILE = "etc/exports.d/nas.exports";

describe("an export path that is a symbolic link", () => {
  const linkTo = (host: FakeHost, target: string) => {
    mkdirSync(join(host.root, "srv"), { recursive: true });
    mkdirSync(join(host.root, "target"));
    rmSync(join(host.root, "srv/nfs"), { recursive: true, force: true });
    symlinkSync(join(host.root, "target"), join(host.root, "srv/nfs"));
    host.fake("realpath", `[[ \${@: -1} != */srv/nfs ]] && echo "\${@: -1}" || echo ${target}`);
  };

  test("to the host's system is refused, and changes nothing", () => {
    const host = new FakeHost();
    linkTo(host, "/etc");
    const run = host.run("nfs-server", "apply", nasExport(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("srv/nfs leads to /etc, which belongs to the host's system");
    expect(host.calls().filter((call) => !/^(realpath|getent) /.test(call))).toEqual([]);
    expect(host.has(FILE)).toBe(false);
    expect(statSync(join(host.root, "target")).mode & 0o7777).not.toBe(0o777);
  });

  test("to a folder of its own is exported", () => {
    const host = new FakeHost();
    linkTo(host, "/data/nfs");
    const values = nasExport(host, { MODE: "0700" });
    expect(host.run("nfs-server", "apply", values)).toMatchObject({ code: 0, stderr: "" });
    // Its mode, and not the link's.
    expect(statSync(join(host.root, "target")).mode & 0o7777).toBe(0o700);
    expect(host.run("nfs-server", "check", values)).toMatchObject({ code: 0, stderr: "" });
  });

  test("stays exported where it already is", () => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    linkTo(host, "/var/lib/nas");
    expect(host.run("nfs-server", "apply", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
  });

  test("leads nowhere where a path may not by its name", () => {
    const trees =
      "bin boot dev etc lib lib32 lib64 libx32 proc root run sbin sys tmp usr var/backups var/cache var/kerberos var/lib " +
      "var/lock var/log var/mail var/run var/spool var/tmp home opt var srv data home/teacher home/teacher/nfs " +
      "home/teacher/.ssh library etcetera data/etc";
    const paths = trees.split(" ").flatMap((path) => [`/${path}`, `/${path}/deep`]);
    const [rule] = /^belongs_to_system\(\) \{\n.*?^\}/ms.exec(renderScript("nfs-server", {})) ?? [];
    const refused = execFileSync(
      "bash",
      [
        "-c",
        `${rule ?? "exit 1"}\nfor path; do ! belongs_to_system "$path" || echo "$path"; done`,
        "bash",
        "/",
        ...paths,
      ],
      { encoding: "utf8" },
    );
    expect(refused.trim().split("\n")).toEqual(["/", ...paths].filter((path) => exportPathError(path) !== undefined));
  });
});
