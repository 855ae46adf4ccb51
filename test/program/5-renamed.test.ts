import { rmSync } from "node:fs";
import { join } from "node:path";
import { TestLab, type Ended } from "../support/test-lab";
import { wentWell } from "../support/expectations";

// A stack whose state was stored by a program that called its volume "old", and when components had no inputs of their
// own. Nothing of it is in the cluster: a preview compares the program with the state only.
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

/** What a preview would do, as `operation name`, leaving out what stays as it is. */
async function planned(): Promise<string[]> {
  const { stdout } = wentWell(await pulumi("preview", "--json"));
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  return steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
}

test("the program that stored the state only gives its component the inputs that it has now", async () => {
  expect(await planned()).toEqual(["update old"]);
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
  expect(await planned()).toEqual(["update new"]);
});
