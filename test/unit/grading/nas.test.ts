import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookScript, readLook } from "../../../grading/cluster/nas";

const folder = mkdtempSync(join(tmpdir(), "nas-"));
afterAll(() => rmSync(folder, { recursive: true }));

const look = (value: string, clock = "date +%s") =>
  readLook(execFileSync("sh", ["-c", lookScript(value, clock)], { cwd: folder, encoding: "utf8" }));

test("files are told with their times, and where a value is, also in a binary file and with odd names", () => {
  mkdirSync(join(folder, "deep", "er"), { recursive: true });
  writeFileSync(join(folder, "dump.rdb"), Buffer.concat([Buffer.from("REDIS\0\0\xff\n\0"), Buffer.from("\0needle\0")]));
  writeFileSync(join(folder, "deep", "er", 'it\'s a $(file) "x"'), "a needle");
  writeFileSync(join(folder, "two\nlines"), "needle");
  writeFileSync(join(folder, "empty"), "");
  writeFileSync(`${folder}.secret`, "needle");
  symlinkSync(`${folder}.secret`, join(folder, "link"));
  try {
    const seen = look("needle");
    expect(seen?.holding.sort()).toEqual(['deep/er/it\'s a $(file) "x"', "dump.rdb"]);
    expect(seen?.files.map(({ path }) => path).sort()).toEqual(['deep/er/it\'s a $(file) "x"', "dump.rdb", "empty"]);
    const empty = seen?.files.find(({ path }) => path === "empty");
    expect(empty).toMatchObject({ size: 0, uid: process.getuid?.() });
    expect(Math.abs((empty?.changed ?? 0) - Date.now() / 1000)).toBeLessThan(60);
    expect(Math.abs((seen?.now ?? 0) - Date.now() / 1000)).toBeLessThan(60);
    expect(look("needles")?.holding).toEqual([]);
  } finally {
    rmSync(`${folder}.secret`);
  }
});

test("what was cut off, or has no clock, is no look", () => {
  expect(readLook("")).toBeUndefined();
  expect(readLook("1795767616\n## storage-lab\n6 1 1 0 ./a\n")).toBeUndefined();
  expect(look("needle", "echo no clock")).toBeUndefined();
});

test("nothing but a plain value is looked for", () => {
  expect(() => lookScript("'; rm -rf /", "date")).toThrow("is no value to look for");
});
