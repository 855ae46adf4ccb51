import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { timesOf } from "../../docs/course/contents";
import { lessonNames, readPage, walkNames } from "../../docs/course/pages";
import { projectRoot } from "../../embedded/cli/lab-files";
import { waitFor } from "../../exercises/runner/wait";
import { changingPart } from "../support/changing-part";
import { measured } from "../support/measured";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();

/** Two who share the cluster and do the same at the same time. */
const students = ["testone", "testtwo"];
/** Pages for the teacher, of whom a lab has one, and the minutes that they state. */
const ofTeacher: Record<string, number> = { class: 4 };

/** What a page must not leave behind or take away: the cluster's objects and the directories on the hosts. */
async function traces(): Promise<string[]> {
  const kinds =
    "namespaces,persistentvolumes,storageclasses,persistentvolumeclaims,statefulsets,deployments,services,configmaps,secrets,volumeattachments,clusterroles,clusterrolebindings";
  const objects = await lab.kubectl("get", kinds, "--all-namespaces", "--output=name");
  const directories = await lab.ssh("nas", "ls -d /nfs/* /etc/exports.d/*");
  const ofNodes = await Promise.all(
    ["node1", "node2"].map(async (node) =>
      (await lab.ssh(node, `ls -d /mnt/* /tmp/*test*; grep -E ' (${students.join("|")})' /proc/mounts || true`))
        .split("\n")
        .map((line) => `${node} ${line}`.trim()),
    ),
  );
  return [...objects.split("\n"), ...directories.split("\n"), ...ofNodes.flat()].filter(Boolean).sort();
}

/** A class whose page did not come to its end. */
async function removeClass(): Promise<void> {
  const left = await lab.kubectl("get", "namespaces", "--selector=storage-lab.example/class=class", "--output=name");
  if (left.trim() === "") return;
  await lab.ok(["class", "down", "--yes"]);
  await lab.ssh("nas", "rm -rf /nfs/class");
}

/** The students' files are copied anew, and what an earlier run could not remove goes. */
async function removeStudents(): Promise<void> {
  for (const student of students) {
    rmSync(join(projectRoot, "work", student), { recursive: true, force: true });
    const namespace = await lab.kubectl("get", "namespace", student, "--ignore-not-found", "--output=name");
    if (namespace.trim() !== "") await lab.ok(["exec", "--", "docs/course/clean-up", student], { limit: 400 });
  }
}

/** How long the commands of a page take a student, as it states. */
const minutesOf = (name: string): number =>
  lessonNames().includes(name) ? timesOf("en", readPage("en", name)).commands : (ofTeacher[name] ?? 1);

let before: string[] = [];
beforeAll(async () => {
  await removeStudents();
  before = await traces();
}, 600_000);
afterAll(async () => {
  await removeClass();
  await removeStudents();
}, 600_000);

test.each(changingPart("pages of the handbook", walkNames(), 9))(
  "%s: for two students at once, or one teacher, every command does what the page says, in the time that it states",
  async (name) => {
    const runs = await Promise.all(
      students
        .slice(0, name in ofTeacher ? 1 : undefined)
        .map((student) => lab.run(["exec", "--", "npx", "tsx", "docs/course/try-page.ts", name, student])),
    );
    for (const { exitCode, output } of runs) if (exitCode !== 0) throw new Error(output);
    const seconds = Math.max(...runs.map((run) => run.seconds));
    measured(`handbook page ${name}, ${runs.length} at once`, seconds);
    // Three times what a lone student needs, for two students and a machine that does other things, too.
    expect(seconds).toBeLessThan(3 * 60 * minutesOf(name));
  },
);

test("clean-up removes what a student left in the middle of a page, and nothing else", async () => {
  const [student = ""] = students;
  const half = `. docs/course/start ${student} en; nas mkdir /nfs/$ME-left; kubectl apply -f work/$ME/static-pair/`;
  await lab.ok(["exec", "--", "bash", "-c", half]);
  await removeStudents();
  expect(existsSync(join(projectRoot, "work", student))).toBe(false);
});

test("the cluster, the NAS and the nodes are as they were", async () => {
  await removeStudents();
  await waitFor("the pages' traces to go", { timeout: 90_000, interval: 2000 }, async () => {
    const now = await traces();
    const different = [
      ...now.filter((each) => !before.includes(each)),
      ...before.filter((each) => !now.includes(each)),
    ];
    return different.length === 0 ? { done: undefined } : { missing: different.join(", ") };
  });
}, 600_000);
