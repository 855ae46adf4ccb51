import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOfCode, newCode } from "../../../../operations/cards/card-code";
import { IssuedCodes, type Grant } from "../../../../operations/cards/issued-codes";

const NOW = new Date("2026-11-27T12:00:00Z");
const LATER = new Date("2026-12-04T12:00:00Z");

let parent: string;
let folder: string;
let codes: IssuedCodes;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "cards-"));
  folder = join(parent, "classroom-school");
  codes = new IssuedCodes(folder);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const grantOf = (student: string): Grant => ({ student, expires: LATER.toISOString(), hours: 8 });

async function issue(...students: string[]): Promise<string[]> {
  const made = students.map((student) => [newCode(), grantOf(student)] as const);
  await codes.issue(new Map(made), NOW);
  return made.map(([code]) => code);
}

const take = (code: string | undefined, at = NOW) => codes.take(code ?? "", at);

test("a code opens what it was made for, once", async () => {
  const [code] = await issue("zhang-wei");
  const taken = await take(code);
  expect(taken?.grant).toEqual(grantOf("zhang-wei"));
  expect(await take(code)).toBeUndefined();
  await taken?.done();
  expect(await take(code)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test("of many at once one gets it, also where they are several programs", async () => {
  const [code] = await issue("zhang-wei");
  const others = Array.from({ length: 20 }, () => new IssuedCodes(folder));
  const taken = await Promise.all(others.flatMap((each) => [each.take(code ?? "", NOW), each.take(code ?? "", NOW)]));
  expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
});

test("a code that was given back can be used again, once", async () => {
  const [code] = await issue("zhang-wei");
  await (await take(code))?.giveBack();
  expect(await codes.count(NOW)).toBe(1);
  expect((await take(code))?.grant.student).toBe("zhang-wei");
  expect(await take(code)).toBeUndefined();
});

test("all can be voided, also where there are none", async () => {
  const [code] = await issue("ann", "bob");
  await codes.voidAll();
  expect(await take(code)).toBeUndefined();
  expect(await codes.count(NOW)).toBe(0);
  await expect(codes.voidAll()).resolves.toBeUndefined();
});

test("new cards void the old ones of these students, and nobody else's", async () => {
  const [zhang, jose] = await issue("zhang-wei", "jose-alvarez");
  const [again] = await issue("zhang-wei");
  expect(await take(zhang)).toBeUndefined();
  expect((await take(jose))?.grant.student).toBe("jose-alvarez");
  expect((await take(again))?.grant.student).toBe("zhang-wei");
});

test("a code that is in use while new cards are made does not come back", async () => {
  const [code] = await issue("zhang-wei");
  const taken = await take(code);
  await issue("zhang-wei");
  await taken?.giveBack();
  expect(await take(code)).toBeUndefined();
  expect(await codes.count(NOW)).toBe(1);
});

test("it ends by itself, and its file goes", async () => {
  const [code, other] = await issue("zhang-wei", "bob");
  expect(await codes.count(LATER)).toBe(0);
  expect(await take(code, LATER)).toBeUndefined();
  await codes.issue(new Map(), LATER);
  expect(readdirSync(folder)).toEqual([]);
  expect(await take(other)).toBeUndefined();
});

test("no code is in the files, and nobody else reads them", async () => {
  const made = await issue("zhang-wei", "bob");
  expect(readdirSync(folder).sort()).toEqual(made.map((code) => `${hashOfCode(code)}.json`).sort());
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(folder)) {
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    for (const code of made) expect(readFileSync(join(folder, file), "utf8")).not.toContain(code);
  }
});

test("what was not written whole opens nothing", async () => {
  const [code = ""] = await issue("zhang-wei");
  writeFileSync(join(folder, `${hashOfCode(code)}.json`), '{"student":"zhang');
  expect(await take(code)).toBeUndefined();
});

test("where no cards were made, nothing opens", async () => {
  expect(await take(newCode())).toBeUndefined();
  expect(await codes.count()).toBe(0);
});
