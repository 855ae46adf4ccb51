import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const git = (words: string[], input?: string) => execFileSync("git", words, { cwd: root, input, encoding: "utf8" });

const files = git(["ls-files", "-z"])
  .split("\0")
  .filter((file) => file !== "" && existsSync(join(root, file)));

/** What runs on a host or in a guest: a CR at the end of its lines would break it. */
const scripts = files.filter((file) => file.endsWith(".sh") || readFileSync(join(root, file), "utf8").startsWith("#!"));

test("scripts have LF on any checkout", () => {
  expect(scripts).toEqual(expect.arrayContaining(["lab", ".ci/run", "components/nfs/nfs-server.sh"]));
  const fields = git(["check-attr", "-z", "--stdin", "eol"], `${scripts.join("\0")}\0`).split("\0");
  const withLf = scripts.filter((_, index) => fields[3 * index + 2] === "lf");
  expect(withLf).toEqual(scripts);
});

test.each<[string, boolean]>([
  ["Pulumi.infrastructure.yaml", true],
  ["Pulumi.class-2026.yaml", true],
  ["Pulumi.infrastructure-sandbox.yaml", true],
  ["Pulumi.infrastructure-example.yaml", false],
  ["Pulumi.course-example.yaml", false],
  ["Pulumi.classroom-example.yaml", false],
  ["Pulumi.shard-example.yaml", false],
  ["classroom-school.students.yaml", true],
  ["Pulumi.yaml", false],
  ["components/dist/index.js", true],
])("git leaves %s to its user: %s", (file, ignored) => {
  const listed = git(["check-ignore", "--no-index", "--stdin"], `${file}\nreports/x\n`).split("\n");
  expect(listed.includes(file)).toBe(ignored);
});
