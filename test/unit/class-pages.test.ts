import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parse } from "yaml";
import { sharedFences } from "../../docs/course/blocks";
import { classCommand } from "../../operations/verbs/class";
import { parseRoster } from "../../stacks/classroom/roster";

const read = (name: string) => readFileSync(join(__dirname, "../../docs", name), "utf8");
const page = read("class.md");
const fences = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, text = ""]) => (of === language ? [text] : []));
const commands = fences("sh").flatMap((text) =>
  text.split("\n").filter((line) => line.startsWith("./storage-lab class")),
);

test("both languages have the same commands", () => {
  expect(sharedFences(read("class.zh.md"))).toEqual(sharedFences(page));
  expect(commands.length).toBeGreaterThan(6);
});

test.each(commands)("the command line knows: %s", async (line) => {
  let ran = 0;
  const program = new Command("storage-lab").requiredOption("-s, --stack <name>").exitOverride();
  const verb = classCommand(() => Promise.resolve(void ran++));
  for (const each of [verb, ...verb.commands]) each.exitOverride().configureOutput({ writeErr: () => {} });
  program.addCommand(verb);
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
