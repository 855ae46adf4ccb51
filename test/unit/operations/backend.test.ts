import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { locksOf } from "../../../operations/pulumi/backend";

const below = ".pulumi/locks/organization/storage-lab/course";
const locks = (environment: NodeJS.ProcessEnv, stack = "course") =>
  locksOf("storage-lab", stack, "/clone", { PULUMI_HOME: "/none", ...environment });

test.each([
  ["file:///state", `/state/${below}`],
  ["file:///state?metadata=skip", `/state/${below}`],
  ["file:///with%20blank", `/with blank/${below}`],
  ["file://~", join(homedir(), below)],
  ["file://~/state", join(homedir(), "state", below)],
  // Pulumi runs in the project's folder.
  ["file://./state", `/clone/state/${below}`],
])("%s", async (url, path) => {
  expect(await locks({ PULUMI_BACKEND_URL: url })).toBe(path);
});

test.each(["s3://bucket", "https://api.pulumi.com", undefined])("%s has none here", async (url) => {
  expect(await locks({ PULUMI_BACKEND_URL: url })).toBeUndefined();
});

test("a stack's whole name", async () => {
  const whole = await locks({ PULUMI_BACKEND_URL: "file:///state" }, "organization/storage-lab/course");
  expect(whole).toBe(`/state/${below}`);
});

test("without the variable it is where pulumi login went", async () => {
  const home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
  writeFileSync(join(home, "credentials.json"), JSON.stringify({ current: "file:///logged-in" }));
  expect(await locks({ PULUMI_HOME: home })).toBe(`/logged-in/${below}`);
  rmSync(home, { recursive: true });
});
