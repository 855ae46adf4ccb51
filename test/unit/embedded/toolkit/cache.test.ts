import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../../../../embedded/toolkit/cache";
import { keyOf } from "../../../../embedded/toolkit/files";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cache-"));
  process.env.STORAGE_LAB_CACHE = root;
});
afterEach(() => {
  delete process.env.STORAGE_LAB_CACHE;
  rmSync(root, { recursive: true });
});

const build = (content: string) => (folder: string) => Promise.resolve(writeFileSync(join(folder, "product"), content));

test("a product is built once for the same inputs, and again for others", async () => {
  const first = await cached("x", { values: ["1"] }, build("one"));
  expect(await cached("x", { values: ["1"] }, () => Promise.reject(new Error("built again")))).toBe(first);
  const other = await cached("x", { values: ["2"] }, build("two"));
  expect(readFileSync(join(first, "product"), "utf8")).toBe("one");
  expect(readFileSync(join(other, "product"), "utf8")).toBe("two");
  expect(readdirSync(root)).toHaveLength(2);
});

test("two builds of the same product wait for each other", async () => {
  let builds = 0;
  const once = () => cached("x", { values: [] }, (folder) => ((builds += 1), build("one")(folder)));
  expect(new Set(await Promise.all([once(), once(), once()])).size).toBe(1);
  expect(builds).toBe(1);
});

test("a build that fails leaves nothing of what it had made, and the next one makes it", async () => {
  const failing = async (folder: string) => {
    await build("half")(folder);
    throw new Error("no network");
  };
  await expect(cached("x", { values: [] }, failing)).rejects.toThrow("no network");
  expect(readdirSync(root)).toEqual([expect.stringMatching(/\.lock$/)]);
  const product = await cached("x", { values: [] }, build("whole"));
  expect(readFileSync(join(product, "product"), "utf8")).toBe("whole");
  expect(readdirSync(root)).toHaveLength(1);
});

test("the key sees what a file is called and what is in it", async () => {
  writeFileSync(join(root, "a"), "1");
  const one = await keyOf({ paths: [root] });
  writeFileSync(join(root, "a"), "2");
  const two = await keyOf({ paths: [root] });
  writeFileSync(join(root, "b"), "");
  expect(new Set([one, two, await keyOf({ paths: [root] })]).size).toBe(3);
});

/** A build in a process of its own, killed when it is half done; all long builds of the lab go through the same code. */
test("a build that is killed leaves no product and no lock: the next one makes it from the start", async () => {
  const program = `
    import { writeFileSync } from "node:fs";
    import { cached } from ${JSON.stringify(join(__dirname, "../../../../embedded/toolkit/cache.ts"))};
    void cached("x", { values: [] }, async (folder) => {
      writeFileSync(folder + "/half", "");
      console.log("half done");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
  `;
  writeFileSync(join(root, "build.mts"), program);
  const loader = join(__dirname, "../../../../node_modules/tsx/dist/loader.mjs");
  const child = spawn(process.execPath, ["--import", loader, join(root, "build.mts")], {
    // jest gives each test file an environment of its own, which a child does not inherit by itself.
    env: process.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  expect(readdirSync(root)).toContainEqual(expect.stringMatching(/^x-.*\.unfinished$/));
  child.kill("SIGKILL");
  await once(child, "exit");

  const product = await cached("x", { values: [] }, build("whole"));
  expect(existsSync(join(product, "half"))).toBe(false);
  expect(readFileSync(join(product, "product"), "utf8")).toBe("whole");
});
