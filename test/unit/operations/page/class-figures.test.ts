import { classFigures } from "../../../../operations/page/model/class-figures";
import { readGrades } from "../../../../operations/page/model/grades";
import { pictureOf } from "../../../../operations/page/model/picture";
import { podStarts } from "../../../../operations/page/model/pod-starts";
import { smallScene } from "../../../support/page-class";
import { gradesFile } from "../../../support/page-grades";
import { NOW, podOf } from "../../../support/page-objects";

const pod = (name: string, options: object = {}) => podOf(`school-bob/${name}`, { claim: "work", ...options });

test("a pod's time is from its creation to Ready, where it has never restarted", () => {
  const pods = [
    pod("waits", { ready: false }),
    pod("restarted", { restarts: 2, seconds: 3600 }),
    pod("quick", { seconds: 2 }),
    pod("storage-lab-grade-1"),
    pod("done", { ready: false, phase: "Succeeded" }),
  ];
  expect(podStarts(pods)).toEqual([
    { name: "quick", seconds: 2 },
    { name: "restarted", restarted: true },
    { name: "waits" },
  ]);
});

test("of a class: points, times and space of each student, and what is not known of them", () => {
  const { objects, facts } = smallScene();
  facts.quotas.delete("school-jose-alvarez");
  objects.pods.push(pod("again", { restarts: 1 }));
  const { groups } = pictureOf(objects, facts, NOW);
  const { graded, students } = readGrades(gradesFile) ?? {};
  const [figures, ...others] = classFigures({ groups, graded, grades: students ?? {} });
  expect(others).toEqual([]);
  expect(figures).toMatchObject({ className: "school", pointsOf: 25, ungraded: 1, restarted: 1, waiting: 1 });
  expect(figures?.points).toEqual([
    { student: "张伟", values: [4], most: 10 },
    { student: "bob", values: [10], most: 10 },
  ]);
  expect(figures?.ready.map(({ student, values }) => [student, values.length])).toEqual([
    ["张伟", 2],
    ["José Álvarez", 2],
    ["Bob", 2],
  ]);
  expect(figures?.space).toEqual([
    { student: "张伟", values: [318 << 20], most: 2 ** 30 },
    { student: "José Álvarez", values: [] },
    { student: "Bob", values: [2 ** 30], most: 2 ** 30 },
  ]);
});

test("who has nothing that could be graded has no points, and not zero", () => {
  const { graded, students = {} } = readGrades(gradesFile) ?? {};
  const bob = students.bob;
  if (bob) delete bob.exercises["static-pair"];
  const [figures] = classFigures({ groups: {}, graded, grades: students });
  expect(figures?.points.at(-1)).toEqual({ student: "bob", values: [], most: 0 });
});

test("grades of one class are not another's, and a course has no class", () => {
  const { objects, facts } = smallScene();
  const { groups } = pictureOf(objects, facts, NOW);
  const { graded, students = {} } = readGrades(gradesFile.replace('"school"', '"evening"')) ?? {};
  const [evening, school] = classFigures({ groups, graded, grades: students });
  expect([evening?.className, evening?.points.length, evening?.space.length]).toEqual(["evening", 2, 0]);
  expect([school?.className, school?.points.length, school?.space.length]).toEqual(["school", 0, 3]);
  const course = Object.fromEntries(Object.entries(groups).filter(([, { student }]) => !student));
  expect(classFigures({ groups: course, grades: {} })).toEqual([]);
});
