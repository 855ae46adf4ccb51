import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asRoot, explainSudo, inputForRoot } from "../../../components/nfs/as-root";

const PASSWORD = `s3 cr"et'$x\\`;
const SCRIPT = 'echo "ran $1 as $AS"; while read -r line; do echo "got $line"; done\nfirst\n## not the mark\n';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "as-root-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A sudo on PATH that notes its arguments; `body` decides whether it asks. */
function fakeSudo(body: string): void {
  const path = join(folder, "sudo");
  // read takes no more than a line from a pipe, as sudo -S does.
  writeFileSync(path, `#!/bin/bash\nprintf '%s\\n' "$*" >>${folder}/args\n${body}\nexport AS=root\nexec "$@"\n`);
  chmodSync(path, 0o755);
}
const OPTIONS = "while [[ $1 == -* ]]; do if [[ $1 == -p ]]; then shift; fi; shift; done";
const asking = (password: string) =>
  `[[ $1 == -S ]] || { echo 'sudo: a password is required' >&2; exit 1; }
IFS= read -r given || { echo 'sudo: no password was provided' >&2; exit 1; }
[[ $given == "$(cat ${folder}/right)" ]] || { echo 'Sorry, try again.' >&2; read -r || echo 'sudo: no password was provided
sudo: 1 incorrect password attempt' >&2; exit 1; }
# ${password.length}
${OPTIONS}`;

function run(user: string, password?: string) {
  const command = asRoot("bash -c 'eval \"$(head -n 1)\"' bash apply", user, password !== undefined);
  return spawnSync("sh", ["-c", command], {
    input: inputForRoot(SCRIPT, user, password),
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
}
const argumentsOfSudo = () => readFileSync(join(folder, "args"), "utf8");

test("without a password, what is run and what it gets are those of before there were passwords", () => {
  expect(asRoot("timeout 9 bash -s -- apply", "root", true)).toBe("timeout 9 bash -s -- apply");
  expect(asRoot("timeout 9 bash -s -- apply", "teacher", false)).toBe("sudo -n timeout 9 bash -s -- apply");
  expect(inputForRoot("text", "teacher", undefined)).toBe("text");
  expect(inputForRoot("text", "root", PASSWORD)).toBe("text");
});

test("a sudo that asks gets the password, and the command its own input alone", () => {
  writeFileSync(join(folder, "right"), PASSWORD);
  fakeSudo(asking(PASSWORD));
  const { status, stdout, stderr } = run("teacher", PASSWORD);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("ran apply as root\n");
  expect(argumentsOfSudo()).not.toContain("s3 cr");
});

test("a sudo that does not ask leaves the password's line, which nobody runs", () => {
  fakeSudo(OPTIONS);
  const { status, stdout, stderr } = run("teacher", PASSWORD);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("ran apply as root\n");
  expect(stdout).not.toContain("s3 cr");
});

test("a wrong password is tried once, and nothing is run", () => {
  writeFileSync(join(folder, "right"), "another");
  fakeSudo(asking(PASSWORD));
  const { status, stdout, stderr } = run("teacher", PASSWORD);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(argumentsOfSudo().trim().split("\n")).toEqual(["-S -p  true"]);
  expect(explainSudo(stderr, "teacher", "school")).toContain("does not accept the password of teacher");
});

test("the exit code is the command's", () => {
  fakeSudo(OPTIONS);
  const command = asRoot("bash -c 'exit 7'", "teacher", true);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  expect(spawnSync("sh", ["-c", command], { input: "x\n", env }).status).toBe(7);
  expect(existsSync(join(folder, "args"))).toBe(true);
});

test.each([
  ["sudo: a password is required", "Set it: pulumi config set --secret sudoPassword -s school"],
  ["sudo: interactive authentication is required", "Set it: pulumi config set --secret sudoPassword -s school"],
  ["sudo: Maximum 3 incorrect authentication attempts reached", "does not accept the password of teacher"],
  ["sudo: 1 incorrect password attempt", "does not accept the password of teacher"],
  ["teacher is not in the sudoers file.\nThis incident has been reported.", "may not run commands as root"],
  ["Sorry, user teacher is not allowed to execute '/bin/true' as root on nas.", "may not run commands as root"],
  ["sudo: sorry, you must have a tty to run sudo", "requiretty"],
  ["bash: line 1: sudo: command not found", "There is no sudo"],
])("%s", (words, sentence) => {
  expect(explainSudo(words, "teacher", "school")).toContain(sentence);
});

test("other words are not sudo's", () => {
  expect(explainSudo("exportfs: permission denied", "teacher", "school")).toBeUndefined();
});
