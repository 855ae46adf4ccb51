import { spawnSync } from "node:child_process";
import { startOf } from "../../../operations/pulumi/process-start";

test("of this process, to the second", async () => {
  const started = Date.now() - process.uptime() * 1000;
  expect(Math.abs(((await startOf(process.pid))?.getTime() ?? 0) - started)).toBeLessThan(3000);
});

test("of one that has ended there is none", async () => {
  expect(await startOf(spawnSync("true").pid)).toBeUndefined();
});

test("without ps nothing is known, and no process is taken for gone", async () => {
  const { PATH } = process.env;
  process.env.PATH = "/nonexistent";
  try {
    await expect(startOf(process.pid)).rejects.toThrow("the program ps cannot be run");
  } finally {
    process.env.PATH = PATH;
  }
});
