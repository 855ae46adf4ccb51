import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import execa from "execa";
import { blocksOf, errorIn, scriptOf, writtenFor } from "./blocks";
import { lessonNames, pageNames, readPage } from "./pages";

const project = join(__dirname, "../..");

/** Runs commands as a student types them, in a shell that docs/course/start has made ready. */
function asStudent(student: string, commands: string) {
  const script = `set -e\n. docs/course/start ${student} en >&2\n${commands}`;
  return execa("bash", ["-c", script], { cwd: project, stdin: "ignore", reject: false, stripFinalNewline: false });
}

/** A check that finds something of a page before the page was begun would pass a student who did nothing. */
async function errorInChecks(name: string, student: string): Promise<string | undefined> {
  if (!existsSync(join(__dirname, "checks", `${name}.sh`))) return undefined;
  for (const part of ["page", "homework"]) {
    const { exitCode, stdout, stderr } = await asStudent(student, `docs/course/check ${name} ${part}`);
    if (exitCode !== 1 || /^passed/m.test(stdout) || !/^missing/m.test(stdout))
      return `docs/course/check ${name} ${part} must miss everything before the page is begun, and printed:\n${stdout}${stderr}`;
  }
  return undefined;
}

/** Does what a page says, and compares what it prints. */
export async function errorInPage(name: string, student: string): Promise<string | undefined> {
  const inChecks = await errorInChecks(name, student);
  if (inChecks) return inChecks;
  const blocks = blocksOf(readPage("en", name));
  const mark = randomUUID();
  const { stdout, stderr } = await asStudent(student, scriptOf(blocks, mark));
  const error = errorIn(blocks, stdout, mark, student);
  return error && `docs/course/en/${name}.md, ${error}\n${stderr}`;
}

/** `./lab exec -- npx tsx docs/course/try-page.ts PAGE [STUDENT]`: runs one page in the shell's cluster. */
async function main(name = "", student: string = writtenFor): Promise<void> {
  if (!pageNames().includes(name)) throw new Error(`there is no page '${name}': ${lessonNames().join(", ")}`);
  const start = Date.now();
  const error = await errorInPage(name, student);
  if (error) throw new Error(error);
  console.log(`${name}: every command does what the page says (${Math.round((Date.now() - start) / 1000)} s)`);
}

if (basename(process.argv[1] ?? "") === "try-page.ts") {
  main(...process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
