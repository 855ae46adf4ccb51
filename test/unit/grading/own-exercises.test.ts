import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { sharedFences } from "../../../docs/course/blocks";
import { WrongUse } from "../../../exercises/runner/failure";
import { chooseExercises } from "../../../grading/runner/choose-exercises";
import { gradeExercise } from "../../../grading/runner/grade-exercise";
import { loadExercises } from "../../../grading/runner/load-exercises";
import { Work } from "../../../grading/runner/work";
import { FakeStudent, place } from "./fake-student";

const root = join(__dirname, "../../..");

// As a teacher has them: in a folder of the clone that git does not know.
const folder = (() => {
  mkdirSync(join(root, ".test-tmp"), { recursive: true });
  return mkdtempSync(join(root, ".test-tmp", "own-exercises-"));
})();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const library = join(relative(folder, root), "grading/index");

/** The example of the handbook. */
const page = (name: string) => readFileSync(join(root, "docs", name), "utf8");
const [, EXAMPLE = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(page("grading.md")) ?? [];
const OWN = EXAMPLE.replace("../grading/index", library);

test("both languages of the handbook have the same commands and example", () => {
  expect(sharedFences(page("grading.zh.md"))).toEqual(sharedFences(page("grading.md")));
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("a teacher's exercise in one file is graded like ours", async () => {
  const path = file("colours.ts", OWN);
  const [exercise] = chooseExercises({ exercises: path, exercise: ["colours"] });
  expect(exercise?.task(place).en).toBe("Make the ConfigMap colours in school-bob with sky: blue.");
  const student = new FakeStudent();
  const signal = new AbortController().signal;
  const grade = () => gradeExercise(exercise as never, new Work(place, student, student.nas, signal), signal);
  expect(await grade()).toMatchObject({ state: "not begun", points: 0 });
  const map = student.put("ConfigMap", { metadata: { name: "colours" }, data: { sky: "grey" } });
  expect(await grade()).toMatchObject({
    state: "failed",
    checks: [{ reason: { en: "the sky is grey" }, hint: { id: "sky" } }],
  });
  map.data = { sky: "blue" };
  expect(await grade()).toMatchObject({ state: "passed", points: 5, of: 5 });
});

test("of a folder all files are loaded, beside ours", () => {
  const own = chooseExercises({ exercises: folder });
  expect(own.map(({ id }) => id)).toContain("colours");
  expect(own).toHaveLength(chooseExercises({}).length + 1);
});

test.each([
  ["no file", "nothing.ts", undefined, /no such file/],
  ["no exercise", "empty.ts", "export const answer = 42;", /exports no exercise/],
  ["a file that is not right", "broken.ts", "export const = ;", /cannot be loaded/],
  [
    "an exercise that is not right",
    "wrong.ts",
    "export const w = { id: 'w', task() {}, checks: [] };",
    /exercise w: it has no checks/,
  ],
])("%s is wrong use", (_what, name, content, words) => {
  const path = content === undefined ? join(folder, name) : file(name, content);
  expect(() => loadExercises(path)).toThrow(words);
  expect(() => loadExercises(path)).toThrow(WrongUse);
  rmSync(path, { force: true });
});

test("ids are those of exercises, and none twice", () => {
  expect(() => chooseExercises({ exercise: ["static-pears"] })).toThrow("no exercise: static-pears");
  const path = file("twice.ts", OWN.replace('id: "colours"', 'id: "dns"'));
  expect(() => chooseExercises({ exercises: path })).toThrow("there are two exercises dns");
});
