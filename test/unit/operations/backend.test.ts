import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { foldersOf, lastInHistory, stateInFile } from "../../../operations/pulumi/backend";

const below = ".pulumi/locks/organization/storage-lab/course";
const locks = async (environment: NodeJS.ProcessEnv, stack = "course") =>
  (await foldersOf("storage-lab", stack, "/clone", { PULUMI_HOME: "/none", ...environment }))?.locks;

test.each([
  ["file:///state", `/state/${below}`],
  ["file:///state?metadata=skip", `/state/${below}`],
  ["file:///with%20blank", `/with blank/${below}`],
  ["file://~", join(homedir(), below)],
  ["file://~/state", join(homedir(), "state", below)],
  // Pulumi runs in the project's folder.
  ["file://./state", `/clone/state/${below}`],
])("%s", async (url, path) => {
  expect(await locks({ PULUMI_BACKEND_URL: url })).toBe(path);
});

test.each(["s3://bucket", "https://api.pulumi.com", undefined])("%s has none here", async (url) => {
  expect(await locks({ PULUMI_BACKEND_URL: url })).toBeUndefined();
});

test("a stack's whole name", async () => {
  const whole = await locks({ PULUMI_BACKEND_URL: "file:///state" }, "organization/storage-lab/course");
  expect(whole).toBe(`/state/${below}`);
});

test("without the variable it is where pulumi login went", async () => {
  const home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
  writeFileSync(join(home, "credentials.json"), JSON.stringify({ current: "file:///logged-in" }));
  expect(await locks({ PULUMI_HOME: home })).toBe(`/logged-in/${below}`);
  rmSync(home, { recursive: true });
});

describe("the history", () => {
  const home = mkdtempSync(join(tmpdir(), "pulumi-state-"));
  const folder = join(home, ".pulumi/history/storage-lab/course");
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  beforeAll(() => mkdirSync(folder, { recursive: true }));
  afterAll(() => rmSync(home, { recursive: true }));

  it("is next to the locks", async () => {
    const folders = await foldersOf("storage-lab", "course", "/clone", { PULUMI_BACKEND_URL: `file://${home}` });
    expect(folders?.history).toBe(folder);
  });

  it("has nothing to tell where there is none", async () => {
    expect(await lastInHistory(join(home, "none"))).toBeUndefined();
  });

  it("tells the last operation", async () => {
    write("course-1795693306901031062.history.json", '{"kind":"update","result":"succeeded","version":0}');
    write("course-1795693360887579049.history.json", '{"kind":"destroy","result":"failed","version":0}');
    write("course-1795693360887579049.checkpoint.json", "{}");
    expect(await lastInHistory(folder)).toEqual({ kind: "destroy", result: "failed" });
  });

  it("is left to Pulumi where the last file is compressed, or of another form", async () => {
    write("course-1795693370000000000.history.json", '{"operation":"update"}');
    expect(await lastInHistory(folder)).toBeUndefined();
    write("course-1795693380000000000.history.json.gz", "");
    expect(await lastInHistory(folder)).toBeUndefined();
  });
});

describe("a stack's state in its file", () => {
  const folders = (state: string) => ({ state, locks: "", history: "" });

  test("is read, also of a stack that has made nothing yet", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "state-")), "course.json");
    writeFileSync(
      file,
      JSON.stringify({ version: 3, checkpoint: { latest: { resources: [{ urn: "a", type: "b" }] } } }),
    );
    expect((await stateInFile(folders(file))) as object).toEqual({ resources: [{ urn: "a", type: "b" }] });
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: {} }));
    expect(await stateInFile(folders(file))).toEqual({});
  });

  test("is missing where there is no stack, and left to Pulumi where it is compressed or cut off", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "state-")), "course.json");
    expect(await stateInFile(folders(file))).toBe("missing");
    writeFileSync(`${file}.gz`, "");
    expect(await stateInFile(folders(file))).toBeUndefined();
    writeFileSync(file, '{"version": 3, "check');
    expect(await stateInFile(folders(file))).toBeUndefined();
  });
});
