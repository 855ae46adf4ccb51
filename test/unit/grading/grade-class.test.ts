import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Check, defineExercise, type Exercise } from "../../../grading/runner/exercise";
import { type Grading, gradeClass } from "../../../grading/runner/grade-class";
import { NotMet } from "../../../grading/runner/not-met";
import { readResults, writeResults } from "../../../grading/runner/results";
import type { Results } from "../../../grading/runner/results-schema";
import { FakeStudent, place } from "./fake-student";

const text = (en: string) => ({ en, zh: `${en}。` });

function exerciseOf(id: string, run: Check["run"], more: Partial<Check> = {}): Exercise {
  return defineExercise({
    id,
    title: text(id),
    task: () => text(id),
    checks: [{ id: "only", title: text("only"), points: 4, run, ...more }],
  });
}

const passes = (id: string) => exerciseOf(id, () => Promise.resolve());
const fails = (id: string) =>
  exerciseOf(id, () => Promise.reject(new NotMet(text("it is not so"), { id: "hint", ...text("do it") })));

function gradingOf(names: string[], exercises: Exercise[], more: Partial<Grading> = {}): Grading {
  return {
    className: "school",
    everybody: names.map((name) => ({ name })),
    students: names.map((name) => {
      const cluster = new FakeStudent();
      return { name, place: { ...place, student: name }, cluster, nas: cluster.nas };
    }),
    exercises,
    signal: new AbortController().signal,
    observer: { results: () => {}, far: () => {}, note: () => {} },
    ...more,
  };
}

const stateOf = ({ students }: Results, name: string, id: string) =>
  students.find((student) => student.name === name)?.exercises[id]?.state;

test("students are graded side by side, and not more than agreed", async () => {
  let [now, most] = [0, 0];
  const exercise = exerciseOf("slow", async () => {
    most = Math.max(most, ++now);
    await delay(10);
    now--;
  });
  const names = Array.from({ length: 12 }, (_, index) => `student-${index}`);
  const far: string[] = [];
  const observer = { results: () => {}, far: (words: string) => far.push(words), note: () => {} };
  const results = await gradeClass(gradingOf(names, [exercise], { atOnce: 3, observer }));
  expect(most).toBe(3);
  expect(results.students.map(({ exercises }) => exercises.slow?.state)).toEqual(names.map(() => "passed"));
  expect(results.endedAt).toBeDefined();
  expect(far).toHaveLength(13);
  expect(far[6]).toMatch(/^6 of 12 students, about .* left$/);
});

test("one student's API errors cost no points, and stop no other", async () => {
  const grading = gradingOf(["bob", "ann"], [exerciseOf("asks", async (work) => void (await work.find("Pod", "p")))]);
  const [bob] = grading.students;
  if (bob) bob.cluster.find = () => Promise.reject(new Error("the API server does not answer"));
  const results = await gradeClass(grading);
  const [first, second] = results.students;
  expect(first?.exercises.asks).toMatchObject({ state: "not graded", points: 0, of: 0 });
  expect(first?.exercises.asks?.checks[0]).toMatchObject({ cause: "the API server does not answer" });
  expect(second?.exercises.asks).toMatchObject({ state: "passed", points: 4, of: 4 });
});

test("a check that hangs ends after its time, and a student after theirs", async () => {
  const hangs = (id: string, seconds: number) => exerciseOf(id, () => new Promise(() => {}), { seconds });
  const grading = gradingOf(["bob"], [hangs("one", 0.01), hangs("two", 60), hangs("three", 60)], {
    studentSeconds: 0.02,
  });
  const [student] = (await gradeClass(grading)).students;
  const causes = Object.values(student?.exercises ?? {}).map(({ checks }) => checks[0]?.cause);
  expect(causes[0]).toMatch(/did not end in 0.01 s|the student's 0.02 s were over/);
  expect(causes.slice(1)).toEqual(["the student's 0.02 s were over", "the student's 0.02 s were over"]);
});

test("a run that was cut off goes on with what is not graded", async () => {
  const graded: string[] = [];
  const exercise = (id: string) =>
    exerciseOf(id, ({ place: { student } }) => Promise.resolve(void graded.push(`${student} ${id}`)));
  const exercises = [exercise("one"), exercise("two")];
  const before = await gradeClass(gradingOf(["bob", "ann"], exercises));
  delete before.endedAt;
  const [bob, ann] = before.students;
  if (bob?.exercises.two) bob.exercises.two.state = "not graded";
  if (ann?.exercises.one) ann.exercises.one.state = "running";
  graded.length = 0;
  const after = await gradeClass(gradingOf(["bob", "ann"], exercises, { before: structuredClone(before) }));
  expect(graded.sort()).toEqual(["ann one", "bob two"]);
  expect(after.startedAt).toBe(before.startedAt);
  graded.length = 0;
  await gradeClass(gradingOf(["bob", "ann"], exercises, { before, again: true }));
  expect(graded).toHaveLength(4);
  // One that came to its end is not gone on with.
  graded.length = 0;
  await gradeClass(gradingOf(["bob", "ann"], exercises, { before: after }));
  expect(graded).toHaveLength(4);
});

test("the results of other students and exercises stay", async () => {
  const before = await gradeClass(gradingOf(["bob", "ann", "left"], [passes("one"), fails("two")]));
  const grading = gradingOf(["bob"], [passes("two")], { before, everybody: [{ name: "bob" }, { name: "ann" }] });
  const after = await gradeClass(grading);
  expect(after.students.map(({ name }) => name)).toEqual(["bob", "ann"]);
  expect([stateOf(after, "bob", "one"), stateOf(after, "bob", "two")]).toEqual(["passed", "passed"]);
  expect([stateOf(after, "ann", "one"), stateOf(after, "ann", "two")]).toEqual(["passed", "failed"]);
  expect(after.exercises.map(({ id }) => id)).toEqual(["one", "two"]);
});

test("what was interrupted keeps its grade of before", async () => {
  const before = await gradeClass(gradingOf(["bob", "ann"], [passes("one")]));
  const interrupted = new AbortController();
  const undone: string[] = [];
  const exercise = exerciseOf("one", (work) => {
    work.afterwards("it", () => Promise.resolve(void undone.push("it")));
    interrupted.abort(new Error("interrupted"));
    return new Promise(() => {});
  });
  const grading = gradingOf(["bob", "ann"], [exercise], { before, atOnce: 1, signal: interrupted.signal });
  const after = await gradeClass(grading);
  expect(after.endedAt).toBeUndefined();
  expect([stateOf(after, "bob", "one"), stateOf(after, "ann", "one")]).toEqual(["passed", "passed"]);
  expect(undone).toEqual(["it"]);
});

test("what could not be cleaned up is told", async () => {
  const notes: string[] = [];
  const exercise = exerciseOf("one", (work) => {
    work.afterwards("removing a key", () => Promise.reject(new Error("no pod")));
    return Promise.resolve();
  });
  const observer = { results: () => {}, far: () => {}, note: (words: string) => notes.push(words) };
  expect(stateOf(await gradeClass(gradingOf(["bob"], [exercise], { observer })), "bob", "one")).toBe("passed");
  expect(notes).toEqual(["bob, one: left behind, the next run removes it: removing a key: no pod"]);
});

test("an exercise that is not for the class costs nobody a point", async () => {
  const exercise = { ...passes("one"), ownVolumes: 4 };
  const [student] = (await gradeClass(gradingOf(["bob"], [exercise]))).students;
  expect(student?.exercises.one).toMatchObject({ state: "not graded", of: 0 });
  expect(student?.exercises.one?.checks[0]?.cause).toBe("it needs 4 own volumes, and the class has 3 for each student");
});

test("who has nothing new for long is stuck, with the last error they met", async () => {
  const before = await gradeClass(gradingOf(["bob"], [fails("one")]));
  const grade = before.students[0]?.exercises.one;
  const since = new Date(Date.now() - 3_600_000).toISOString();
  if (grade) grade.lastNew = since;
  const grading = gradingOf(["bob"], [fails("one")], { before });
  const cluster = new FakeStudent();
  for (const student of grading.students) student.cluster = cluster;
  for (const [name, at] of Object.entries({ old: 1, new: 2 })) {
    cluster.put("Event", {
      metadata: { name },
      involvedObject: { kind: "Pod", name },
      reason: "FailedMount",
      message: "timed out",
      lastTimestamp: new Date(at * 1000),
    });
  }
  const [student] = (await gradeClass(grading)).students;
  expect(student?.stuck).toEqual({ since, error: "Pod new: FailedMount: timed out" });
  const better = await gradeClass(gradingOf(["bob"], [passes("one")], { before }));
  expect(better.students[0]?.stuck).toBeUndefined();
});

test("results are written whole, and what is no results is not read", () => {
  const folder = mkdtempSync(join(tmpdir(), "grades-"));
  try {
    const file = join(folder, "deeper", "school.json");
    expect(readResults(file)).toBeUndefined();
    const results: Results = { class: "school", startedAt: "2026-01-01T00:00:00Z", exercises: [], students: [] };
    writeResults(file, results);
    expect(readResults(file)).toEqual(results);
    writeResults(file, { class: 1 } as never);
    expect(readResults(file)).toBeUndefined();
    // What the page would not show is not gone on with, either.
    writeResults(file, { ...results, students: [{ name: "bob" }] } as never);
    expect(readResults(file)).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["it has no checks", { checks: [] }],
  ["its id has small letters", { id: "My exercise" }],
  ["points of only", { checks: [{ id: "only", title: text("t"), points: 0.5, run: () => Promise.resolve() }] }],
  [
    "two checks only",
    { checks: [1, 2].map(() => ({ id: "only", title: text("t"), points: 1, run: () => Promise.resolve() })) },
  ],
  [
    "comes after later",
    { checks: [{ id: "only", title: text("t"), points: 1, after: ["later"], run: () => Promise.resolve() }] },
  ],
])("an exercise is refused: %s", (words, change) => {
  expect(() => defineExercise({ ...passes("one"), ...change })).toThrow(words);
});
