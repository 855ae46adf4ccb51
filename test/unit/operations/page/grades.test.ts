import { readGrades } from "../../../../operations/page/model/grades";
import { gradesFile } from "../../../support/page-grades";

test("what the grader writes is read, student by student", () => {
  const { graded, students } = readGrades(gradesFile) ?? {};
  expect(graded?.exercises.map(({ id }) => id)).toEqual(["static-pair", "released-back"]);
  expect(students?.["zhang-wei"]?.stuck?.error).toContain("FailedMount");
});

test.each(["", "{", "[]", '{"class":"school"}', gradesFile.slice(0, -20)])(
  "a file that is none, or not whole",
  (text) => {
    expect(readGrades(text)).toBeUndefined();
  },
);
