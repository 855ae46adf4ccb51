import { gradedExercises } from "../../../grading/exercises/exercises";
import { gradeExercise } from "../../../grading/runner/grade-exercise";
import type { ExerciseGrade } from "../../../grading/runner/results-schema";
import { LANGUAGES } from "../../../grading/runner/text";
import { pointsOf } from "../../../grading/runner/exercise";
import { Work } from "../../../grading/runner/work";
import { diligentStudent, drop, template } from "./answers";
import { FakeStudent, place } from "./fake-student";
import { LOOKALIKES } from "./look-alikes";

const never = new AbortController().signal;

function grade(id: string, student: FakeStudent, complaints: string[] = []): Promise<ExerciseGrade> {
  const exercise = gradedExercises.find((each) => each.id === id);
  if (!exercise) throw new Error(`there is no exercise ${id}`);
  return gradeExercise(exercise, new Work(place, student, student.nas, never), never, (words) =>
    complaints.push(words),
  );
}

/** The first check that did not pass, as "check: hint", or the cause. */
function wrong({ checks }: ExerciseGrade): string | undefined {
  const check = checks.find(({ state }) => state !== "passed");
  return check && `${check.id}: ${check.hint?.id ?? check.cause}`;
}

test.each(gradedExercises.map(({ id }) => id))("%s: who has done it gets all points, and nothing stays", async (id) => {
  const student = diligentStudent();
  const pods = student.every("Pod").length;
  const complaints: string[] = [];
  const result = await grade(id, student, complaints);
  expect(result.checks.filter(({ state }) => state !== "passed")).toEqual([]);
  expect(result).toMatchObject({ state: "passed", points: 10, of: 10 });
  expect(complaints).toEqual([]);
  expect(student.every("Pod")).toHaveLength(pods);
  const traces = [...student.disks.values()].flatMap((disk) => [...disk].map(([path, { text }]) => path + text));
  expect(traces.filter((text) => text.includes("storage-lab-grade"))).toEqual([]);
  for (const memory of student.memory.values()) expect([...memory.keys()]).toEqual([]);
});

test.each(gradedExercises.map(({ id }) => id))("%s: who has done nothing has not begun it", async (id) => {
  expect(await grade(id, new FakeStudent())).toMatchObject({ state: "not begun", points: 0, of: 10 });
});

test.each(gradedExercises)("$id has ten points, and says the same in both languages", (exercise) => {
  expect(pointsOf(exercise)).toBe(10);
  const task = exercise.task(place);
  const names = (text: string) => [...text.matchAll(/[a-z][\w./-]*\d|"[^"]*"/g)].map(([name]) => name);
  expect(new Set(names(task.zh))).toEqual(new Set(names(task.en)));
  for (const language of LANGUAGES) expect(task[language].length).toBeGreaterThan(40);
  for (const { title } of exercise.checks) expect(title.zh).not.toBe(title.en);
});

test.each(LOOKALIKES)("%s: %s fails at %s", async (id, _what, expected, make) => {
  const student = new FakeStudent();
  make(student);
  const result = await grade(id, student);
  expect(wrong(result)).toBe(expected);
  expect(result.points).toBeLessThan(10);
});

test("a Redis that answers from memory keeps its pod, so that it loses nothing", async () => {
  const student = new FakeStudent();
  student.set("cache", 1, () => undefined);
  student.set("store", 2, () => "emptyDir", template);
  const uids = student.every("Pod").map(({ metadata }) => metadata?.uid);
  expect(await grade("persistence", student)).toMatchObject({ state: "failed", points: 0 });
  expect(student.every("Pod").map(({ metadata }) => metadata?.uid)).toEqual(uids);
});

test("a Redis that does not read its file again has lost the key", async () => {
  const student = diligentStudent();
  const put = student.podWith.bind(student);
  student.podWith = (...args) => {
    const pod = put(...args);
    student.memory.set(pod.metadata?.uid ?? "", new Map());
    return pod;
  };
  expect(wrong(await grade("persistence", student))).toBe("static-kept: lost");
});

test("what Redis held before is there afterwards", async () => {
  const student = diligentStudent();
  student.memory.get(student.pod("cache-0").metadata?.uid ?? "")?.set("mine", "1");
  const before = student.pod("cache-0").metadata?.uid;
  expect(await grade("persistence", student)).toMatchObject({ state: "passed" });
  const after = student.pod("cache-0").metadata?.uid ?? "";
  expect(after).not.toBe(before);
  expect([...(student.memory.get(after) ?? [])]).toEqual([["mine", "1"]]);
});

test("keys and files of a run that was killed go with the next one", async () => {
  const student = diligentStudent();
  student.memory.get(student.pod("cache-0").metadata?.uid ?? "")?.set("storage-lab-grade-old", "1");
  student.disk("own-1").set(".storage-lab-grade-old", { text: "", changed: 0 });
  await grade("redis-static", student);
  await grade("static-pair", student);
  expect([...(student.memory.get(student.pod("cache-0").metadata?.uid ?? "") ?? [])]).toEqual([]);
  expect([...student.disk("own-1").keys()]).toEqual(["hello.txt", "before.txt"]);
});

test.each([3600, -3600])("clocks that differ by %d s cost no points", async (ahead) => {
  const student = diligentStudent();
  student.ahead = ahead;
  expect(await grade("released-back", student)).toMatchObject({ state: "passed" });
});

test("a NAS that nobody can look at costs no points", async () => {
  const student = diligentStudent();
  student.nasError = "the NAS does not answer";
  const result = await grade("static-pair", student);
  expect(result).toMatchObject({ state: "not graded", points: 8, of: 8 });
  expect(result.checks.at(-1)).toMatchObject({ state: "not graded", cause: "the NAS does not answer" });
});

test("what failed is not covered by what could not be graded", async () => {
  const student = new FakeStudent();
  student.volume("own-1", "notes");
  student.claim("own-1", "notes");
  const find = student.find.bind(student);
  student.find = (kind, ...rest) => (kind === "Pod" ? Promise.reject(new Error("503")) : find(kind, ...rest));
  const result = await grade("static-pair", student);
  expect(result.checks.map(({ state }) => state)).toEqual(["passed", "passed", "passed", "not graded", "not graded"]);
  expect(result).toMatchObject({ points: 6, of: 6 });
  drop(student, "PersistentVolumeClaim", "notes");
  expect((await grade("static-pair", student)).checks.map(({ state }) => state)).toEqual([
    "passed",
    "failed",
    "failed",
    "not graded",
    "failed",
  ]);
});
