import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile, replaceLink } from "../../../../embedded/toolkit/files";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file is replaced as a whole, whatever a killed run left next to it", async () => {
  const path = join(folder, "key");
  writeFileSync(`${path}.new`, "half of an older, longer text");
  await replaceFile(path, "one");
  await replaceFile(path, "two", { mode: 0o600 });
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["key"]);
});

test("a link is replaced, whatever a killed run left next to it", async () => {
  const path = join(folder, "kubectl");
  symlinkSync("/nowhere", `${path}.new`);
  for (const target of ["/one", "/two"]) {
    await replaceLink(path, target);
    expect(readlinkSync(path)).toBe(target);
  }
  expect(readdirSync(folder)).toEqual(["kubectl"]);
});
