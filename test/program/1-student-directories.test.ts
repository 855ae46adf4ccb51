import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { studentUsage } from "../../components/index";
import type { ShellValue } from "../../components/nfs/shell-quote";
import { FakeHost } from "../unit/components/fake-host";

// Here and not with the unit tests, because the script gives directories to many users, which only root can.
const hosts: FakeHost[] = [];
afterAll(() => {
  for (const { root } of hosts) rmSync(root, { recursive: true, force: true });
});

/** A NAS with an export on XFS; `quotas` holds "INODE PROJECT" and "limit PROJECT KIB INODES", as the kernel would. */
function nas({ fstype = "xfs", options = "rw,prjquota" } = {}): FakeHost {
  const host = new FakeHost();
  hosts.push(host);
  const real = ["systemd-tmpfiles", "wc"].map((tool) => [tool, `/usr/bin/${tool}`] as const);
  for (const [tool, path] of real) if (existsSync(path)) symlinkSync(path, join(host.root, "tools", tool));
  host.write("srv/nfs/keep", "");
  host.write("quotas", "");
  host.fake("findmnt", `case $* in *TARGET*) echo "$ROOT/srv/nfs" ;; *) echo "${fstype} ${options} /dev/sdb" ;; esac`);
  host.fake(
    "lsattr",
    `for path in "\${@:4}"; do
      project=$(awk -v inode="$(stat -c %i "$path")" '$1 == inode { print $2 }' "$ROOT/quotas" | tail -n 1)
      if [[ \${project:-0} == 0 ]]; then echo "0 ------ $path"; else echo "$project ---P-- $path"; fi
    done`,
  );
  host.fake(
    "xfs_quota",
    `table=/dev/null
    while (($# > 0)); do
      case $1 in
        -D) table=$2; shift ;;
        -c)
          read -r -a words <<<"$2"
          case "\${words[0]} \${words[1]}" in
            'project -s') while IFS=: read -r id path; do echo "$(stat -c %i "$path") $id"; done <"$table" >>"$ROOT/quotas" ;;
            'project -C') while IFS=: read -r id path; do echo "$(stat -c %i "$path") 0"; done <"$table" >>"$ROOT/quotas" ;;
            'limit -p')
              [[ ! -e $ROOT/refuses ]] || { echo "xfs_quota: cannot set limits: disk is broken" >&2; exit 0; }
              echo "limit \${words[6]} \${words[3]//[!0-9]/} \${words[5]//[!0-9]/}" >>"$ROOT/quotas" ;;
            'report -p')
              awk '$1 == "limit" { limit[$2] = $0 } END { for (id in limit) { split(limit[id], w, " "); print "#" id, 8, 0, w[3], "00 [--------] ", 2, 0, w[4], "00 [--------]" } }' "$ROOT/quotas" ;;
          esac
          shift ;;
      esac
      shift
    done`,
  );
  return host;
}

function values(host: FakeHost, change: Record<string, ShellValue> = {}): Record<string, ShellValue> {
  const root = join(host.root, "srv/nfs");
  return {
    OWNER: "storage-lab/class/directories",
    EXPORT_PATH: root,
    DIRECTORIES: [`${root}/school`],
    ADOPT: [],
    FILE_OWNER: "0:0",
    MODE: "0755",
    STUDENTS: ["school-a", "school-b"],
    UIDS: ["20001", "20002"],
    BYTES: ["1048576", "1048577"],
    INODES: ["100", "200"],
    VOLUMES: ["redis", "own-1"],
    QUOTA: "required",
    GENERATION: 1,
    ...change,
  };
}

const script = "student-directories";
const found = (host: FakeHost, path: string) => {
  const { mode, uid, gid } = host.stat(path);
  return [mode & 0o7777, uid, gid];
};
/** How often programs that set something were called. */
const changes = (host: FakeHost) =>
  host.calls().filter((call) => /^(xfs_quota.* -c (project|limit)|apt-get)/.test(call));

test("makes every student's directories, with owner, mode and limit", () => {
  const host = nas();
  const run = host.run(script, "apply", values(host), 0o077);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toContain("2 students' directories in ");
  const school = "srv/nfs/school";
  expect(host.list(school)).toEqual(["school-a", "school-b"]);
  expect(host.list(`${school}/school-b`)).toEqual(["claims", "own-1", "redis"]);
  expect(found(host, school)).toEqual([0o755, 0, 0]);
  expect(found(host, `${school}/school-b`)).toEqual([0o755, 0, 0]);
  expect(found(host, `${school}/school-b/claims`)).toEqual([0o755, 0, 0]);
  expect(found(host, `${school}/school-b/own-1`)).toEqual([0o700, 20002, 20002]);
  expect(host.read("quotas").split("\n")).toEqual([
    `${host.stat(`${school}/school-a`).ino} 20001`,
    `${host.stat(`${school}/school-b`).ino} 20002`,
    "limit 20001 1024 100",
    // A byte more is another block of the file system.
    "limit 20002 1028 200",
    "",
  ]);
  expect(host.run(script, "check", values(host))).toMatchObject({ code: 0, stderr: "" });
});

test("sets nothing again that is so already, and all that is not", () => {
  const host = nas();
  host.run(script, "apply", values(host));
  host.calls();
  expect(host.run(script, "apply", values(host)).code).toBe(0);
  expect(changes(host)).toEqual([]);
  host.chmod("srv/nfs/school/school-a/redis", 0o777);
  host.remove("srv/nfs/school/school-b/own-1");
  host.write("quotas", host.read("quotas").replace("limit 20001 1024", "limit 20001 9999"));
  const { stderr } = host.run(script, "check", values(host));
  expect(stderr).toContain("school-a/redis has mode 0777 instead of 0700");
  expect(stderr).toContain("school-b/own-1 is not there");
  expect(stderr).toContain("the project 20001 of");
  expect(host.run(script, "update", values(host))).toMatchObject({ code: 0, stderr: "" });
  expect(changes(host)).toEqual([
    expect.stringMatching(/^xfs_quota -x -c limit -p bsoft=0 bhard=1024k isoft=0 ihard=100 20001 /),
  ]);
  expect(host.run(script, "check", values(host))).toMatchObject({ code: 0, stderr: "" });
});

test("one who is added leaves the others as they are, and one who is taken off keeps all", () => {
  const host = nas();
  host.run(script, "apply", values(host));
  host.write("srv/nfs/school/school-a/redis/data", "precious");
  const change = { STUDENTS: ["school-b", "school-c"], UIDS: ["20002", "20003"] };
  expect(host.run(script, "update", values(host, change))).toMatchObject({ code: 0, stderr: "" });
  expect(host.read("srv/nfs/school/school-a/redis/data")).toBe("precious");
  expect(found(host, "srv/nfs/school/school-c/redis")).toEqual([0o700, 20003, 20003]);
  expect(host.read("quotas")).toContain("limit 20001 1024 100");
});

describe("refuses, before a student's directory is changed", () => {
  test("a folder of the class's name that is not ours", () => {
    const host = nas();
    host.write("srv/nfs/school/data", "");
    const run = host.run(script, "apply", values(host));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("is there already and was not made by this program");
    const adopted = values(host, { ADOPT: [join(host.root, "srv/nfs/school")] });
    expect(host.run(script, "apply", adopted)).toMatchObject({ code: 0, stderr: "" });
  });

  test("a file or a link in a student's place", () => {
    const host = nas();
    host.run(script, "apply", values(host, { STUDENTS: [], UIDS: [], BYTES: [], INODES: [] }));
    host.write("srv/nfs/school/school-a", "");
    symlinkSync("/", join(host.root, "srv/nfs/school/school-b"));
    const { code, stderr } = host.run(script, "apply", values(host));
    expect(code).toBe(1);
    expect(stderr).toContain("school/school-a is there already and is not a directory");
    expect(stderr).toContain("school/school-b is there already and is not a directory");
    expect(host.list("srv/nfs/school")).toEqual(["school-a", "school-b"]);
  });

  test("uids of another class, of a user, and projects that others use", () => {
    const host = nas();
    host.run(script, "apply", values(host));
    const root = join(host.root, "srv/nfs");
    const other = {
      OWNER: "storage-lab/other/directories",
      DIRECTORIES: [`${root}/lab`],
      STUDENTS: ["lab-a", "lab-b"],
    };
    expect(host.run(script, "apply", values(host, other)).stderr).toContain(
      `uid 20001 of lab-a is that of school-a in ${root}/school`,
    );
    host.write("etc/passwd", "root:x:0:0::/root:/bin/bash\nmia:x:30002:30002::/home/mia:/bin/bash\n");
    const taken = host.run(script, "apply", values(host, { ...other, UIDS: ["30001", "30002"] }));
    expect(taken.stderr).toContain("uid 30002 of lab-b is the user mia of this host");
    host.write("quotas", `${host.read("quotas")}limit 40001 5 5\n`);
    const used = host.run(script, "apply", values(host, { ...other, UIDS: ["40001", "40002"] }));
    expect(used.stderr).toContain("project 40001 of this file system (the uid of lab-a) is in use");
    expect(host.list("srv/nfs/lab")).toEqual([]);
  });

  test("no more than twenty reasons are told", () => {
    const host = nas();
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const many = {
      STUDENTS: numbers.map((number) => `school-${number}`),
      UIDS: numbers.map((number) => String(20001 + number)),
      BYTES: numbers.map(() => "4096"),
      INODES: numbers.map(() => "20"),
    };
    host.run(script, "apply", values(host, { STUDENTS: [], UIDS: [] }));
    for (const student of many.STUDENTS) host.write(`srv/nfs/school/${student}`, "");
    expect(host.run(script, "apply", values(host, many)).stderr).toContain("and 10 more like these.");
  });
});

describe("where nothing can limit the students", () => {
  test.each([
    [{ fstype: "ext4" }, "is on ext4 (/dev/sdb", "mkfs.xfs"],
    [{ options: "rw,pqnoenforce" }, "without project quotas in force", "/etc/fstab, then unmount and mount"],
  ])("%j is told with what to do", (system, what, remedy) => {
    const host = nas(system);
    const refused = host.run(script, "apply", values(host));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(what);
    expect(refused.stderr).toContain(remedy);
    expect(host.list("srv/nfs/school")).toEqual([]);
    const { code, stdout } = host.run(script, "apply", values(host, { QUOTA: "if possible" }));
    expect(code).toBe(0);
    expect(stdout).toContain("WARNING: nothing limits what students store");
    expect(stdout).toContain(what);
    expect(host.run(script, "check", values(host, { QUOTA: "if possible" }))).toMatchObject({ code: 0, stderr: "" });
    expect(host.run(script, "check", values(host)).stderr).toContain(what);
    expect(studentUsage(host.run(script, "usage", values(host)).stdout)).toMatchObject({
      class: { quota: "none" },
      students: [{ namespace: "school-a", bytes: null, limit: null }, {}],
    });
  });

  test("off says and sets nothing", () => {
    const host = nas();
    const run = host.run(script, "apply", values(host, { QUOTA: "off" }));
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).not.toContain("WARNING");
    expect(host.read("quotas")).toBe("");
  });

  test("a limit that the file system does not take is an error", () => {
    const host = nas();
    host.write("refuses", "");
    const { code, stderr } = host.run(script, "apply", values(host));
    expect(code).toBe(1);
    expect(stderr).toContain("could not be set");
    expect(stderr).toContain("disk is broken");
    // Nothing can be put in before.
    expect(host.list("srv/nfs/school/school-a")).toEqual([]);
    host.remove("refuses");
    expect(host.run(script, "apply", values(host))).toMatchObject({ code: 0, stderr: "" });
  });
});

test("usage tells what is used and free", () => {
  const host = nas();
  host.run(script, "apply", values(host));
  const { code, stdout } = host.run(script, "usage", values(host));
  expect(code).toBe(0);
  const usage = studentUsage(stdout);
  expect(usage.class).toMatchObject({ class: join(host.root, "srv/nfs/school"), quota: "xfs" });
  expect(usage.class.free).toBeGreaterThan(0);
  expect(usage.students).toEqual([
    { namespace: "school-a", bytes: 8192, limit: 1048576, inodes: 2, inodeLimit: 100 },
    { namespace: "school-b", bytes: 8192, limit: 1052672, inodes: 2, inodeLimit: 200 },
  ]);
});

describe("one student's directory anew", () => {
  const ready = () => {
    const host = nas();
    host.fake("date", "echo 20260101T000000Z");
    host.run(script, "apply", values(host));
    for (const student of ["school-a", "school-b"]) host.write(`srv/nfs/school/${student}/redis/data`, student);
    return host;
  };
  const student = { STUDENT: "school-a" };

  test("archives, out of reach and out of the quota", () => {
    const host = ready();
    const { ino } = host.stat("srv/nfs/school/school-b/redis");
    expect(host.run(script, "archive-student", values(host, student))).toMatchObject({ code: 0, stderr: "" });
    const archived = "srv/nfs/school/.archived/school-a-20260101T000000Z";
    expect(host.read(`${archived}/redis/data`)).toBe("school-a");
    expect(found(host, "srv/nfs/school/.archived")).toEqual([0o700, 0, 0]);
    expect(host.read("quotas")).toContain(`\n${host.stat(archived).ino} 0\n`);
    expect(host.list("srv/nfs/school/school-a/redis")).toEqual([]);
    expect(host.stat("srv/nfs/school/school-b/redis").ino).toBe(ino);
    expect(host.read("srv/nfs/school/school-b/redis/data")).toBe("school-b");
    expect(host.run(script, "check", values(host))).toMatchObject({ code: 0, stderr: "" });
    // Nothing is archived twice, and no archive is replaced.
    expect(host.run(script, "archive-student", values(host, student)).stdout).toContain("has nothing in it");
    host.write("srv/nfs/school/school-a/redis/data", "later");
    expect(host.run(script, "archive-student", values(host, student)).code).toBe(0);
    expect(host.read(`${archived}/redis/data`)).toBe("school-a");
    expect(host.read(`${archived}-2/redis/data`)).toBe("later");
  });

  test("wipes", () => {
    const host = ready();
    expect(host.run(script, "wipe-student", values(host, student))).toMatchObject({ code: 0, stderr: "" });
    expect(host.list("srv/nfs/school/.archived")).toEqual([]);
    expect(host.list("srv/nfs/school/school-a/redis")).toEqual([]);
    expect(host.read("srv/nfs/school/school-b/redis/data")).toBe("school-b");
  });

  test("what a run that was cut off has taken away no longer counts, or is gone", () => {
    const host = ready();
    host.write("srv/nfs/school/.archived/wiped-school-b-x/data", "");
    host.write("srv/nfs/school/.archived/school-b-x/data", "");
    const { ino } = host.stat("srv/nfs/school/.archived/school-b-x");
    host.write("quotas", `${host.read("quotas")}${ino} 20002\n`);
    expect(host.run(script, "update", values(host))).toMatchObject({ code: 0, stderr: "" });
    expect(host.list("srv/nfs/school/.archived")).toEqual(["school-b-x"]);
    expect(host.read("quotas")).toContain(`\n${ino} 0\n`);
  });

  test.each([
    ["is no student of", { STUDENT: "school-c" }],
    ["is no student of", { STUDENT: "" }],
    ["is not the folder that was made for this class", { ...student, OWNER: "storage-lab/other/directories" }],
  ])("refuses: %s", (words, change) => {
    const host = ready();
    const { code, stderr } = host.run(script, "wipe-student", values(host, change));
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(host.read("srv/nfs/school/school-a/redis/data")).toBe("school-a");
  });
});

test("the whole class is archived by one name, and its uids and limits are free", () => {
  const host = nas();
  host.fake("date", "echo 20260101T000000Z");
  host.run(script, "apply", values(host));
  host.write("srv/nfs/school/school-a/redis/data", "precious");
  expect(host.run(script, "archive", values(host))).toMatchObject({ code: 0, stderr: "" });
  const archived = "srv/nfs/archived-school-20260101T000000Z";
  expect(host.read(`${archived}/school-a/redis/data`)).toBe("precious");
  expect(host.read("quotas")).toContain(`\n${host.stat(`${archived}/school-a`).ino} 0\n`);
  expect(host.read("quotas")).toContain("\nlimit 20001 0 0\n");
  expect(host.list("var/lib/storage-lab/classes")).toEqual([]);
  expect(host.run(script, "archive", values(host))).toMatchObject({ code: 0, stderr: "" });
});
