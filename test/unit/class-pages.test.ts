import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parse } from "yaml";
import { sharedFences } from "../../docs/course/blocks";
import { classCommand } from "../../operations/verbs/class";
import { page as pageCommand } from "../../operations/verbs/page";
import { parseRoster } from "../../stacks/classroom/roster";

const read = (name: string) => readFileSync(join(__dirname, "../../docs", name), "utf8");
const page = read("class.md");
const fences = (language: string, of = page) =>
  [...of.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, each, text = ""]) => (each === language ? [text] : []));
const lines = [page, read("cards.md")].flatMap((text) => fences("sh", text)).flatMap((text) => text.split("\n"));
const commands = lines.filter((line) => /^\.\/storage-lab (class|page)/.test(line));

test.each(["class", "cards"])("both languages have the same commands: %s", (name) => {
  expect(sharedFences(read(`${name}.zh.md`))).toEqual(sharedFences(read(`${name}.md`)));
  expect(commands.length).toBeGreaterThan(10);
});

test.each(commands)("the command line knows: %s", async (line) => {
  let ran = 0;
  const program = new Command("storage-lab").requiredOption("-s, --stack <name>").exitOverride();
  const verb = classCommand(() => Promise.resolve(void ran++));
  const map = pageCommand(() => Promise.resolve(void ran++));
  for (const each of [verb, ...verb.commands, map]) each.exitOverride().configureOutput({ writeErr: () => {} });
  program.addCommand(verb).addCommand(map);
  const [, ...words] = (line.split(/ *[#>]/)[0] ?? "").trim().split(" ");
  await program.parseAsync(words, { from: "user" });
  expect(ran).toBe(1);
});

test("the roster is one", () => {
  const [text = ""] = fences("csv");
  const students = parseRoster(Buffer.from(text), { file: "roster.csv", className: "school" });
  expect(students.map(({ name }) => name)).toEqual(["zhang-wei", "jose-alvarez", "s3"]);
});

test("the student's volume is named as its directory, below that of the namespace that may claim it", () => {
  const [text = ""] = fences("yaml");
  const { metadata, spec } = parse(text) as {
    metadata: { name: string };
    spec: { nfs: { path: string }; claimRef: { namespace: string }; persistentVolumeReclaimPolicy: string };
  };
  const { namespace } = spec.claimRef;
  expect(metadata.name).toBe(`${namespace}.own-1`);
  expect(spec.nfs.path).toBe(`/nfs/school/${namespace}/own-1`);
  expect(spec.persistentVolumeReclaimPolicy).toBe("Retain");
});
