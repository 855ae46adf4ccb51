/** What the grader writes of a class. */
export const gradesFile = JSON.stringify({
  class: "school",
  startedAt: "2026-11-27T09:00:00Z",
  exercises: [
    { id: "static-pair", title: { en: "A static pair", zh: "静态的一对" }, points: 10 },
    { id: "released-back", title: { en: "A Released volume back", zh: "找回 Released 的卷" }, points: 15 },
  ],
  students: [
    {
      name: "zhang-wei",
      realName: "张伟",
      exercises: {
        "static-pair": {
          state: "partial",
          points: 4,
          of: 10,
          at: "2026-11-27T09:01:00Z",
          checks: [
            { id: "volume", title: { en: "The volume", zh: "卷" }, state: "passed", points: 4, of: 4 },
            {
              id: "claim",
              title: { en: "The claim", zh: "声明" },
              state: "failed",
              points: 0,
              of: 6,
              reason: { en: "it is Pending", zh: "处于 Pending" },
              hint: { id: "uid", en: "Look at the claimRef.", zh: "看看 claimRef。" },
            },
          ],
        },
      },
      stuck: { since: "2026-11-27T08:40:00Z", error: "FailedMount: no such directory" },
    },
    {
      name: "bob",
      exercises: {
        "static-pair": { state: "passed", points: 10, of: 10, checks: [], at: "2026-11-27T09:01:00Z" },
        "released-back": {
          state: "not graded",
          points: 0,
          of: 0,
          at: "2026-11-27T09:01:00Z",
          checks: [
            {
              id: "nas",
              title: { en: "The directory", zh: "目录" },
              state: "not graded",
              points: 0,
              of: 15,
              cause: "no SSH leads to the NAS",
            },
          ],
        },
      },
    },
  ],
});

const wideIds = Array.from({ length: 8 }, (_, index) => `exercise-${index}`);

/** A class with eight exercises, all of them with points: their table is wider than a phone. */
export const wideGrades = JSON.stringify({
  class: "school",
  startedAt: "2026-11-27T09:00:00Z",
  exercises: wideIds.map((id) => ({ id, title: { en: `The title of ${id}`, zh: `练习 ${id}` }, points: 10 })),
  students: [
    {
      name: "bob",
      exercises: Object.fromEntries(
        wideIds.map((id) => [id, { state: "passed", points: 10, of: 10, checks: [], at: "2026-11-27T09:01:00Z" }]),
      ),
    },
  ],
});

/** What it writes of a class as {@link largeScene} has it, each with other points. */
export function largeGrades(students: number): string {
  const exercises = Array.from({ length: 8 }, (_none, index) => ({
    ...{ id: `exercise-${index}`, title: { en: `Exercise ${index}`, zh: `练习 ${index}` }, points: 10 },
  }));
  return JSON.stringify({
    class: "school",
    startedAt: "2026-11-27T09:00:00Z",
    exercises,
    students: Array.from({ length: students }, (_none, student) => ({
      name: `student-${String(student + 1).padStart(4, "0")}`,
      realName: `学生 ${student + 1}`,
      exercises: Object.fromEntries(
        exercises.map(({ id }, index) => {
          const points = (student * 7 + index * 3) % 11;
          const state = points === 10 ? "passed" : "partial";
          return [id, { state, points, of: 10, checks: [], at: "2026-11-27T09:01:00Z" }];
        }),
      ),
    })),
  });
}
