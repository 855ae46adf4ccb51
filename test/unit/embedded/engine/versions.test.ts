import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fits, mirrorMark, plain, pluginNames, wanted } from "../../../../embedded/engine/versions";

test.each([
  ["v3.259.0", "3.259.0", true],
  ["3.259.1", "3.259.0", true],
  ["3.260.0", "3.259.4", true],
  ["3.258.9", "3.259.0", false],
  ["3.100.0", "3.99.0", true],
  ["4.0.0", "3.259.0", false],
  ["2.999.0", "3.259.0", false],
  ["1.2.1+storage-lab-mirror", "1.2.1", true],
  ["no version", "1.2.1", false],
])("%s where %s is wanted: %s", (found, asked, expected) => {
  expect(fits(found, asked)).toBe(expected);
});

test("a plain version has three numbers only", () => {
  expect(plain("v1.2.1+storage-lab-mirror")).toBe("1.2.1");
});

test("the Go programs carry the versions of package.json and the mark", () => {
  const edition = readFileSync(join(__dirname, "../../../../embedded/engine/internal/edition/edition.go"), "utf8");
  expect(edition).toContain(`Mark = "${mirrorMark}"`);
  const lines = [...edition.matchAll(/(\w+)\s+= "([\d.]+)" \+ Mark/g)];
  const found = new Map(lines.map(([, name = "", version = ""]) => [name.toLowerCase(), version]));
  expect(found).toEqual(new Map(pluginNames.map((name) => [name, wanted[name]])));
});

test("the engine that is built is the version of the SDK", () => {
  const module = readFileSync(join(__dirname, "../../../../embedded/engine/go.mod"), "utf8");
  expect(module).toContain(`github.com/pulumi/pulumi/pkg/v3 v${wanted.engine}`);
});
