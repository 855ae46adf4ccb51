import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stackFile } from "../../embedded/cli/lab-files";
import { wentWell } from "../support/expectations";
import { freshClone, npm } from "../support/library-package";
import { measured } from "../support/measured";
import { TestLab } from "../support/test-lab";
import { courseSettings, TestStack } from "../support/test-stack";

// A fresh clone after `npm ci --omit=dev`, as on own hosts. After 3-infrastructure, whose stack is up: what the clone
// previews is compared with that.
const lab = new TestLab();
const clone = mkdtempSync(join(tmpdir(), "storage-lab-clone-"));
const infrastructure = new TestStack(lab, "infrastructure", "infrastructure");
const course = new TestStack(lab, "course", "clone");

beforeAll(async () => {
  await freshClone(clone);
  const start = Date.now();
  await npm(clone, "ci", "--omit=dev", "--prefer-offline");
  measured("npm ci --omit=dev of a fresh clone", (Date.now() - start) / 1000);
  await course.init(await courseSettings(lab, infrastructure.name));
});
afterAll(async () => {
  await course.remove();
  rmSync(clone, { recursive: true });
});

const preview = (stack: TestStack, ...flags: string[]) => {
  const settings = stackFile(stack.name);
  copyFileSync(settings, join(clone, basename(settings)));
  return lab.pulumi(["--cwd", clone, "preview", "--stack", stack.name, ...flags]);
};

test("a fresh clone previews the infrastructure that the tests made, and finds nothing to do", async () => {
  wentWell(await preview(infrastructure, "--expect-no-changes"));
});

test("a fresh clone previews the course", async () => {
  const { output } = wentWell(await preview(course));
  expect(output).toMatch(/redis-exist-pvc-statefulset create/);
});

test("a fresh clone has no development packages and no build for that", () => {
  expect(existsSync(join(clone, "node_modules/@pulumi/pulumi"))).toBe(true);
  expect(existsSync(join(clone, "node_modules/jest"))).toBe(false);
  expect(existsSync(join(clone, "components/dist"))).toBe(false);
});
