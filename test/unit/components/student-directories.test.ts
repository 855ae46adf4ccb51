import {
  hostCheckScript,
  PodFirewall,
  StudentDirectories,
  type StudentDirectoriesArgs,
  studentDirectoriesScript,
  studentUsage,
} from "../../../components/index";
import { deploy, inClear, valueOf } from "../mocks";

const COMMAND = "command:remote:Command";
const connection = { host: "192.168.110.168", privateKey: "VERY-SECRET" };
const students = [
  { namespace: "school-a", uid: 20001, capacity: "1Gi" },
  { namespace: "school-b", uid: 20002, capacity: "1.5G", inodes: 500 },
];

async function made(change: Partial<StudentDirectoriesArgs> = {}) {
  let component: StudentDirectories | undefined;
  const args = { connection, exportPath: "/nfs", className: "school", students, ...change };
  const deployed = await deploy(() => (component = new StudentDirectories("directories", args)));
  return { ...deployed, component: component as StudentDirectories };
}

describe("StudentDirectories", () => {
  test("runs one script for all students", async () => {
    const { resources, inputs, component } = await made();
    expect(resources.map(({ type, name }) => [type, name])).toEqual([
      ["storage-lab:classroom:StudentDirectories", "directories"],
      [COMMAND, "directories-make"],
    ]);
    const { stdin, create, update, delete: remove } = inputs(COMMAND, "directories-make") as Record<string, string>;
    expect([create, update, remove]).toEqual([
      "timeout -k 30 1200 bash -s -- apply",
      "timeout -k 30 1200 bash -s -- update",
      undefined,
    ]);
    expect(stdin?.slice(0, stdin.indexOf("\n\n")).split("\n")).toEqual([
      "OWNER='storage-lab/test/directories'",
      "EXPORT_PATH='/nfs'",
      "DIRECTORIES=('/nfs/school')",
      "ADOPT=()",
      "FILE_OWNER='0:0'",
      "MODE='0755'",
      "STUDENTS=('school-a' 'school-b')",
      "UIDS=('20001' '20002')",
      "BYTES=('1073741824' '1500000000')",
      "INODES=('20000' '500')",
      "VOLUMES=('redis' 'own-1' 'own-2' 'own-3')",
      "QUOTA='if possible'",
      "GENERATION='1'",
    ]);
    expect(await valueOf(component.path)).toBe("/nfs/school");
    expect(inClear(resources)).not.toContain("VERY-SECRET");
  });

  test("archives the class when it is deleted, if asked to", async () => {
    const { inputs } = await made({ onDelete: "archive", adopt: true });
    expect(inputs(COMMAND, "directories-make")).toMatchObject({ delete: "timeout -k 30 1200 bash -s -- archive" });
    expect(inputs(COMMAND, "directories-make").stdin).toContain("ADOPT=('/nfs/school')");
  });

  test("all that is wrong with the students is told at once", async () => {
    const wrong = [
      ...students,
      { namespace: "School_A", uid: 20003, capacity: "1Gi" },
      { namespace: "school-a", uid: 20004, capacity: "1Gi" },
      { namespace: "school-c", uid: 20001, capacity: "1GB" },
      { namespace: "school-d", uid: 0, capacity: "1Gi", inodes: 2 },
    ];
    const error: unknown = await made({ students: wrong }).catch((thrown: unknown) => thrown);
    const { message } = error as Error;
    expect(message).toMatch(/^students of StudentDirectories directories: School_A: /);
    for (const words of [
      "school-a is there twice",
      "school-c has the uid 20001 of school-a",
      '"1GB" is not a quantity: write 1G',
      "school-d: 0 is no uid for a student: take a whole number from 1000",
      "school-d: inodes is 2, which leaves no room for files",
    ]) {
      expect(message).toContain(words);
    }
  });

  test.each<[Partial<StudentDirectoriesArgs>, string]>([
    [{ className: "School" }, "className of StudentDirectories directories"],
    [{ exportPath: "nfs" }, "exportPath of StudentDirectories directories"],
    [{ volumes: ["redis", "redis"] }, '"redis" is there twice'],
    [{ volumes: ["claims"] }, '"claims" is where dynamic claims are'],
    [{ volumes: ["../other"] }, "volumes of StudentDirectories directories"],
    [{ quota: "yes" as "off" }, '"yes" is none of: required, if possible, off'],
  ])("refuses %j", async (change, words) => {
    await expect(made(change)).rejects.toThrow(words);
  });

  test("hands out its check, and from it what makes a student's directory anew", async () => {
    const { component } = await made();
    const check = await valueOf(component.check);
    expect(check).toMatchObject({ host: "192.168.110.168", script: "student-directories" });
    expect(JSON.stringify(check)).not.toContain("VERY-SECRET");
    expect(await valueOf(component.checkScript)).toBe(hostCheckScript(check));
    const reset = studentDirectoriesScript("wipe-student", check, "school-b");
    expect(reset).toContain("STUDENT='school-b'\n");
    expect(() => studentDirectoriesScript("wipe-student", check, "school-z")).toThrow(
      "school-z is none of its students",
    );
    expect(() => studentDirectoriesScript("archive-student", check)).toThrow("No student is none of its students");
    expect(() => studentDirectoriesScript("usage", { script: "nfs-client", values: {} })).toThrow("not the check of");
  });

  test("reads what usage has printed", () => {
    const first = {
      class: "/nfs/school",
      quota: "xfs",
      size: 9,
      free: 8,
      inodes: 7,
      freeInodes: 6,
      addresses: ["::1"],
    };
    const second = { namespace: "school-a", bytes: 1, limit: 2, inodes: 3, inodeLimit: 4 };
    expect(studentUsage(`${JSON.stringify(first)}\n${JSON.stringify(second)}\n`)).toEqual({
      class: first,
      students: [second],
    });
  });
});

describe("PodFirewall", () => {
  const firewall = (addresses: string[], name = "node1") =>
    deploy(() => new PodFirewall(name, { connection, addresses }));

  test("runs one script, and takes away what it did", async () => {
    const { inputs } = await firewall(["192.168.110.168", "[fd00::10]", "fd00::10"]);
    const { stdin, create, delete: remove } = inputs(COMMAND, "node1-rules") as Record<string, string>;
    expect([create, remove]).toEqual(["timeout -k 30 1200 bash -s -- apply", "timeout -k 30 1200 bash -s -- withdraw"]);
    expect(stdin).toContain("ADDRESSES=('192.168.110.168' 'fd00::10')\n");
    expect(/^CHAIN='(.*)'$/m.exec(stdin ?? "")?.[1]).toMatch(/^storage-lab-[0-9a-f]{12}$/);
  });

  test("each component has a chain of its own", async () => {
    const chainOf = async (name: string) => {
      const { inputs } = await firewall(["nas"], name);
      return /^CHAIN='(.*)'$/m.exec(inputs(COMMAND, `${name}-rules`).stdin as string)?.[1];
    };
    expect(await chainOf("node1")).toBe(await chainOf("node1"));
    expect(await chainOf("node1")).not.toBe(await chainOf("node2"));
  });

  test.each([
    [[], "it is empty: name the NFS server"],
    [["-o"], "addresses of PodFirewall node1"],
  ])("refuses %j", async (addresses, words) => {
    await expect(firewall(addresses)).rejects.toThrow(words);
  });
});
