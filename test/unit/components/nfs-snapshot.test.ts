import { LESSON_SNAPSHOT, snapshotNameError, snapshotScript, snapshotsIn } from "../../../components/index";
import { below, FakeHost, nasDirectories } from "./fake-host";

const host = new FakeHost();
const check = { script: "nfs-directories" as const, values: nasDirectories(host) };
const head = (text: string) => text.slice(0, text.indexOf("\n\n")).split("\n");

test("takes owner and places from the check of the directories", () => {
  expect(head(snapshotScript("save", { check, snapshot: "after-lesson-3" }))).toEqual([
    "OWNER='storage-lab/course/directories'",
    `EXPORT_PATH='${host.root}/srv/nfs'`,
    `DIRECTORIES=('${below(host, "one", "deep/two").join("' '")}')`,
    "SNAPSHOT='after-lesson-3'",
    "REPLACE='false'",
  ]);
});

test("only the lesson's own snapshot may be replaced", () => {
  expect(head(snapshotScript("save", { check, snapshot: LESSON_SNAPSHOT }))).toContain("REPLACE='true'");
});

test("a part of the directories is named as below the export", () => {
  const text = snapshotScript("empty", { check, directories: ["deep/two"] });
  expect(head(text)).toContain(`DIRECTORIES=('${below(host, "deep/two")[0]}')`);
  expect(() => snapshotScript("empty", { check, directories: ["three"] })).toThrow("three is none of its directories");
});

test("refuses another component's check, and what cannot be a name", () => {
  expect(() => snapshotScript("list", { check: { script: "nfs-server", values: {} } })).toThrow("not the check of");
  expect(() => snapshotScript("restore", { check, snapshot: "../x" })).toThrow("is not a name for a snapshot");
  expect(() => snapshotScript("save", { check })).toThrow("is not a name for a snapshot");
  expect(snapshotNameError("Lesson_3.b")).toBeUndefined();
});

test("reads what list prints", () => {
  expect(snapshotsIn("a\t2026-01-01T00:00:00Z\t4096\tdeep/two one\n")).toEqual([
    { name: "a", savedAt: "2026-01-01T00:00:00Z", bytes: 4096, directories: ["deep/two", "one"] },
  ]);
  expect(snapshotsIn("")).toEqual([]);
});
