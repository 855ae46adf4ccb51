import { rmSync } from "node:fs";
import { join } from "node:path";
import { TestLab, type Ended } from "../support/test-lab";
import { wentWell } from "../support/expectations";

// A stack whose state was stored by a program that called its volume "old". Nothing of it is in the cluster: a preview
// compares the program with the state only.
const lab = new TestLab();
const folder = join(__dirname, "renamed");
const stack = "renamed-sandbox-test";

const pulumi = (...words: string[]): Promise<Ended> => lab.pulumi(["--cwd", folder, ...words, "--stack", stack]);
const forget = async () => {
  await pulumi("stack", "rm", "--yes", "--force");
  rmSync(join(folder, `Pulumi.${stack}.yaml`), { force: true });
};

beforeAll(async () => {
  await forget();
  wentWell(await lab.pulumi(["--cwd", folder, "stack", "init", stack]));
  wentWell(await pulumi("stack", "import", "--file", join(folder, "state.json")));
  wentWell(await pulumi("config", "set", "name", "old"));
});
afterAll(forget);

test("the program that stored the state finds nothing to do", async () => {
  wentWell(await pulumi("preview", "--expect-no-changes"));
});

test("under another name, volume and claim would be made again", async () => {
  wentWell(await pulumi("config", "set", "name", "new"));
  const { exitCode, output } = await pulumi("preview", "--expect-no-changes");
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/new-volume create/);
  expect(output).toMatch(/old-claim delete/);
});

test("with the old name as an alias, nothing moves: not the component, the volume or the claim", async () => {
  wentWell(await pulumi("config", "set", "alias", "old"));
  const { output } = wentWell(await pulumi("preview", "--expect-no-changes"));
  expect(output).toMatch(/4 unchanged/);
});
