import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as components from "../../../components";

const root = join(__dirname, "../../..");

const sources = ["nfs", "storage", "workload"].flatMap((folder) =>
  readdirSync(join(root, "components", folder))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(root, "components", folder, file), "utf8")),
);

test("every component is exported", () => {
  const declared = sources.flatMap(
    (text) => /export class (\w+) extends pulumi\.ComponentResource/.exec(text)?.[1] ?? [],
  );
  expect(declared.length).toBeGreaterThan(10);
  expect(Object.keys(components)).toEqual(expect.arrayContaining(declared));
});

test("what the README imports is there", () => {
  const names = /import \{ (.+) \} from "storage-lab-components";/.exec(
    readFileSync(join(root, "README.md"), "utf8"),
  )?.[1];
  expect(names?.split(", ").length).toBeGreaterThan(0);
  expect(Object.keys(components)).toEqual(expect.arrayContaining(names?.split(", ") ?? []));
});
