import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as components from "../../../components";

const root = join(__dirname, "../../..");

/** Files named as a type is hold a component; the others serve those. */
const files = ["nfs", "storage", "workload"].flatMap((folder) =>
  readdirSync(join(root, "components", folder)).filter((file) => /^[A-Z]\w+\.ts$/.test(file)),
);

test("every component is exported, and nothing else", () => {
  expect(Object.keys(components).sort()).toEqual(files.map((file) => file.replace(".ts", "")).sort());
  for (const component of Object.values(components)) {
    expect(component.prototype).toBeInstanceOf(pulumi.ComponentResource);
  }
});

test("what the README imports is there", () => {
  const names = /import \{ (.+) \} from "\.\/components";/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
  expect(names?.split(", ").length).toBeGreaterThan(0);
  expect(Object.keys(components)).toEqual(expect.arrayContaining(names?.split(", ") ?? []));
});
