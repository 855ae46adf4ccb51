import type { Act } from "../support/attacks/act";
import type { Actors } from "../support/attacks/actors";
import { insiders, requests } from "../support/attacks/acts";
import { attempt } from "../support/attacks/attempt";
import { lessons } from "../support/attacks/lessons";
import { exhaustion } from "../support/attacks/storage-attacks";
import { changingPart, isWhole } from "../support/changing-part";
import { wentWell } from "../support/expectations";
import { attempts, bundles, isAnswer } from "../support/grading/attempts";
import { GradedWork } from "../support/grading/graded-work";
import { classOutages, everythingRuns } from "../support/class-outages";
import { measured } from "../support/measured";
import { TestClass } from "../support/test-class";
import { TestLab } from "../support/test-lab";
import { infrastructureSettings, TestStack } from "../support/test-stack";

// A class of three, from its roster to its end. What its students try is in test/support/attacks/.
const lab = new TestLab();
const infrastructure = new TestStack(lab, "infrastructure", "infrastructure-class");
const school = new TestClass(lab, infrastructure, "school");

const CAPACITY_MIB = 200;
const INODES = 200;
const ROSTER = "name,group\n张伟,a\nJosé Álvarez,a\nbob,b\n";
const [attacker, attacked, pupil] = ["zhang-wei", "jose-alvarez", "bob"] as const;

/** Nobody else's on this NAS. */
const FIRST_UID = 30001;

let insider: Actors | undefined;
let isUp = false;

beforeAll(async () => {
  await infrastructure.init(await infrastructureSettings(lab));
  wentWell(await infrastructure.up());
  await school.init({ capacity: `${CAPACITY_MIB}Mi`, inodes: INODES, firstUid: FIRST_UID });
});
afterAll(async () => {
  insider?.forget();
  if (isUp) await school.verb("down", "--yes");
  await school.remove();
  wentWell(await infrastructure.destroy());
  await infrastructure.remove();
  await lab.ssh("nas", "rm -rf /nfs/school");
});

test("a roster with errors is refused whole, and nothing is made", async () => {
  const errors = Array.from({ length: 200 }, (_, index) => `student-${index % 100},a,${index < 100 ? "1 GB" : "1Gi"}`);
  const { exitCode, output } = await school.up(`name,group,capacity\n${errors.join("\n")}\n`);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/200 errors/);
  expect(school.recordText).toBe("");
  expect(school.updates()).toBe(0);
});

test("a class larger than the NAS is refused with the numbers, and nothing is made", async () => {
  const { exitCode, output } = await school.up("name,capacity\nbob,900Gi\n");
  expect(exitCode).toBe(1);
  expect(output).toMatch(/900\.0Gi may be written, \d\S+ is its size/);
  expect(school.recordText).toBe("");
  expect(school.updates()).toBe(0);
});

test("the class is up, and every student's lab is ready", async () => {
  isUp = true;
  const { seconds } = wentWell(await school.up(ROSTER));
  measured("class up of 3 students", seconds);
  expect(school.record.students).toMatchObject([
    { name: "bob", uid: FIRST_UID, shard: 1 },
    { name: "jose-alvarez", realName: "José Álvarez", uid: FIRST_UID + 1, shard: 1 },
    { name: "zhang-wei", realName: "张伟", uid: FIRST_UID + 2, shard: 1 },
  ]);
  const students = JSON.parse(wentWell(await school.verb("status", "--json")).stdout) as object[];
  const limit = CAPACITY_MIB * 2 ** 20;
  expect(students).toEqual(
    [attacked, pupil, attacker].map((): unknown => expect.objectContaining({ state: "ready", ready: 2, limit })),
  );
});

test("a second run needs no engine", async () => {
  const before = school.updates();
  const { seconds } = wentWell(await school.up(ROSTER));
  measured("class up of 3 students, unchanged", seconds);
  expect(school.updates()).toBe(before);
});

describe("what students try", () => {
  beforeAll(async () => {
    insider = await school.actors(attacker, attacked, INODES);
    await insider.prepare();
  });
  afterAll(() => insider?.remove());
  const actor = () => insider as Actors;

  test("with a kubeconfig and in pods: what is forbidden is refused, and the course's steps succeed", async () => {
    const student = await school.actors(pupil, attacked, INODES);
    const start = Date.now();
    try {
      // Pods' acts mostly wait, and the steps of the course are another student's.
      const tried = await Promise.all([
        inOrder(changingPart("what students ask of the API server", requests, 8), actor()),
        ...[0, 1, 2, 3].map((part) =>
          inOrder(
            insiders.filter((_, index) => index % 4 === part),
            actor(),
          ),
        ),
        inOrder(lessons, student),
      ]);
      expect(tried.flat()).toEqual([]);
    } finally {
      student.forget();
    }
    measured("what students try", (Date.now() - start) / 1000);
  });

  test("a student who is full cannot write and can delete; df shows it, and nobody else notices", async () => {
    const full = await actor().run("pod", {
      text: "dd if=/dev/zero of=/own/all bs=1M count=400 oflag=direct conv=fsync",
    });
    expect(full).toMatchObject({ code: 1, output: expect.stringContaining("No space left on device") as string });
    const { output } = await actor().run("pod", { text: "df -m /own | tail -n 1; echo more >/claim/more" });
    // What a pod writes and what it says of errors come by two streams, in no order.
    expect(output).toMatch(new RegExp(`^ *${CAPACITY_MIB} +\\d+ +0 +100% /own$`, "m"));
    expect(output).toContain("No space left on device");
    const saved = ["redis-static-0", "redis-dynamic-0"].map((pod) =>
      lab.kubectl("exec", `--namespace=school-${attacked}`, pod, "--", "redis-cli", "save"),
    );
    expect(await Promise.all(saved)).toEqual(["OK\n", "OK\n"]);
    const again = await actor().run("pod", { text: "rm /own/all && echo more >/claim/more && rm /claim/more" });
    expect(again.code).toBe(0);
  });

  test("neither by files of another owner nor by many small ones does a student get more, nor memory or a node's disk", async () => {
    const slow = (act: Act) => act.id === "inside-scratch";
    expect(
      await inOrder(
        exhaustion.filter((act) => isWhole() || !slow(act)),
        actor(),
      ),
    ).toEqual([]);
  });
});

describe("what students are graded for", () => {
  const work = new GradedWork(lab, school);
  afterAll(() => work.forget());

  test("every answer key gets all points, and a wrong attempt what is written down", async () => {
    const all = attempts();
    const wrong = changingPart("wrong attempts", bundles(all.filter((attempt) => !isAnswer(attempt))), 5);
    const others = [attacked, pupil];
    const start = Date.now();
    const first = wrong.splice(0, others.length).map((bundle, index) => [others[index] ?? pupil, bundle] as const);
    expect(await work.differences([[attacker, all.filter(isAnswer)], ...first])).toEqual([]);
    while (wrong.length > 0) {
      await work.tidy(others);
      const next = wrong.splice(0, others.length).map((bundle, index) => [others[index] ?? pupil, bundle] as const);
      expect(await work.differences([...next])).toEqual([]);
    }
    measured("attempts of 3 students, graded", (Date.now() - start) / 1000);
  });

  test("a student checks alone, with the own kubeconfig and no stack", async () => {
    const found = JSON.parse(
      await work.as(attacker, "./storage-lab check --exercise static-pair dns --json"),
    ) as object[];
    expect(found).toMatchObject([{ state: "passed" }, { state: "passed" }]);
    const text = await work.as(attacker, "./storage-lab check --exercise quota --language zh");
    expect(text).toContain("quota: 用完配额: 完成");
  });

  test("nothing of grading stays, and no data went", async () => {
    const files = await lab.ssh(
      "nas",
      "cd /nfs/school && find . -name '*storage-lab-grade*' && cat school-zhang-wei/own-1/*.txt",
    );
    expect(files).toBe("before\nhello\n");
    expect(
      await lab.kubectl("get", "pods", "--all-namespaces", "--selector=storage-lab.example/grading", "--output=name"),
    ).toBe("");
    const keys = ["cache-0", "store-0", "store-1"].map((pod) =>
      lab.kubectl("exec", `--namespace=school-${attacker}`, pod, "--", "redis-cli", "keys", "*"),
    );
    expect((await Promise.all(keys)).map((text) => text.trim())).toEqual(["", "", ""]);
    await work.tidy([attacker, attacked, pupil]);
  });
});

test("a reset of one gives new pods, password and directory, keeps the data aside, and leaves the others' pods", async () => {
  const others = async () => [...(await school.pods(attacked)), ...(await school.pods(pupil))];
  const [own, before, password] = [await school.pods(attacker), await others(), await passwordOf(attacker)];
  const { seconds } = wentWell(await school.verb("reset", attacker, "--yes"));
  measured("class reset of one of 3 students", seconds);
  expect(await others()).toEqual(before);
  const after = await school.pods(attacker);
  expect(after).toHaveLength(2);
  expect(after.filter((uid) => own.includes(uid))).toEqual([]);
  expect(await passwordOf(attacker)).not.toBe(password);
  expect(await lab.ssh("nas", "ls /nfs/school/.archived")).toMatch(/^school-zhang-wei-\d{8}T\d{6}Z\n$/);
});

test("who is no longer on the roster is kept, and removed by name alone", async () => {
  const rest = ROSTER.replace("bob,b\n", "");
  const kept = wentWell(await school.up(rest));
  expect(kept.output).toContain(`no longer on the roster, and kept: ${pupil} (remove one with --remove NAME)`);
  expect(await school.pods(pupil)).toHaveLength(2);
  const before = [...(await school.pods(attacked)), ...(await school.pods(attacker))];
  await remove(pupil);
  expect(school.record.removed).toMatchObject([{ name: pupil, uid: FIRST_UID }]);
  expect([...(await school.pods(attacked)), ...(await school.pods(attacker))]).toEqual(before);
  expect(await lab.ssh("nas", "ls /nfs/school")).toContain(`school-${pupil}\n`);
});

test.each(changingPart("outages during class up", classOutages, 3))(
  "$what while class up makes a student: it ends well or says what is away, and the next one ends well",
  async (outage) => {
    const pods = ["redis-static-0", "redis-dynamic-0"];
    const redis = (pod: string, ...words: string[]) =>
      lab.kubectl("exec", `--namespace=school-${attacked}`, pod, "--", "redis-cli", ...words);
    for (const pod of pods) for (const words of [["set", "outage", pod], ["save"]]) await redis(pod, ...words);
    if (school.record.students.some(({ name }) => name === pupil)) await remove(pupil);
    const up = school.startUp(ROSTER);
    await up.until("the students' labs", 120, (output) => output.includes("Labs of"));
    await outage.begin(lab);
    const { exitCode, output } = await up.ended(600);
    if (exitCode !== 0) expect(output).toMatch(outage.named);
    expect(output).not.toMatch(/^ +at .*\(.*:\d+:\d+\)$/m);
    await everythingRuns(lab);
    wentWell(await school.up(ROSTER));
    expect(await school.pods(pupil)).toHaveLength(2);
    for (const pod of pods) expect(await redis(pod, "get", "outage")).toBe(`${pod}\n`);
  },
);

test("down leaves nothing in the cluster and no firewall; the data stays", async () => {
  await lab.kubectl(
    "exec",
    `--namespace=school-${attacked}`,
    "redis-static-0",
    "--",
    "redis-cli",
    "set",
    "kept",
    "yes",
  );
  const { seconds } = wentWell(await school.verb("down", "--yes"));
  isUp = false;
  measured("class down", seconds);
  const kinds =
    "namespaces,pv,storageclasses,clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings";
  expect(
    (await lab.kubectl("get", kinds, "--output=name")).split("\n").filter((name) => name.includes("school")),
  ).toEqual([]);
  for (const node of ["node1", "node2"]) {
    const rules = await lab.ssh(node, "iptables-save; ls /etc/systemd/system /var/lib/storage-lab/firewall");
    expect(rules).not.toContain("storage-lab-");
  }
  const data = await lab.ssh("nas", `cat /nfs/school/school-${attacked}/redis/*`);
  expect(data).toContain("kept");
});

/** Takes one off the class, by name. */
async function remove(student: string): Promise<void> {
  wentWell(await school.up(ROSTER.replace(`${student},b\n`, ""), "--remove", student));
  await lab.kubectl("wait", "--for=delete", `namespace/school-${student}`, "--timeout=120s");
}

/** Tries acts one after the other; answers what was wrong, as a text for people. */
async function inOrder(acts: Act[], actors: Actors): Promise<string[]> {
  const wrong: string[] = [];
  for (const act of acts) {
    const start = Date.now();
    const tried = await attempt(act, actors.place, actors.run);
    if (tried.wrong !== undefined) wrong.push(`${act.id} (${act.what}): ${tried.wrong}: ${tried.said.trim()}`);
    if (process.env.ACTS)
      process.stderr.write(`${act.id} ${((Date.now() - start) / 1000).toFixed(1)} s ${tried.wrong ?? ""}\n`);
  }
  return wrong;
}

function passwordOf(student: string): Promise<string> {
  return lab.kubectl("get", "secret", "redis", `--namespace=school-${student}`, "--output=jsonpath={.data.password}");
}
