import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classCards, type CardsOptions } from "../../../../operations/cards/class-cards";
import { IssuedCodes } from "../../../../operations/cards/issued-codes";
import type { ClassLab } from "../../../../operations/class/class-lab";
import { defaultPage, pageAddress } from "../../../../operations/cards/page-address";
import { CARD_STUDENTS, CLASS } from "../../../support/card-students";

let folder: string;
let codes: IssuedCodes;
let said: string[];
let lab: ClassLab;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cards-"));
  codes = new IssuedCodes(join(folder, "codes"));
  said = [];
  const progress = { say: (line: string) => said.push(line), step: (_: string, work: () => unknown) => work() };
  const record = { students: CARD_STUDENTS, removed: [] };
  lab = { stack: "classroom-school", settings: { class: CLASS }, record, progress } as unknown as ClassLab;
});
afterEach(() => {
  delete process.env.CHROMIUM;
  rmSync(folder, { recursive: true, force: true });
});

const html = () => join(folder, "cards.html");

async function make(options: Partial<CardsOptions> = {}): Promise<string> {
  const page = new URL("https://192.168.110.168:8090");
  await classCards(lab, { html: html(), perPage: 10, language: "en", page, days: 7, hours: 8, ...options }, codes);
  return readFileSync(html(), "utf8");
}

const codesIn = (text: string) => [...text.matchAll(/class="code">([^<]+)</g)].map(([, code = ""]) => code);

test("each student has a card with a code that opens their lab alone", async () => {
  const made = codesIn(await make({ server: "https://10.0.0.1:6443", hours: 3, days: 1 }));
  expect(made).toHaveLength(CARD_STUDENTS.length);
  const grants = [];
  for (const code of made) grants.push((await codes.take(code))?.grant);
  expect(grants.map((grant) => grant?.student)).toEqual(CARD_STUDENTS.map(({ name }) => name));
  expect(grants[0]).toMatchObject({ hours: 3, server: "https://10.0.0.1:6443" });
  const left = new Date(grants[0]?.expires ?? 0).getTime() - Date.now();
  expect(left / 3600_000).toBeCloseTo(24, 1);
});

test("the file is for the teacher alone, also where another one was there", async () => {
  writeFileSync(html(), "old", { mode: 0o644 });
  await make();
  expect(statSync(html()).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(["cards.html", "codes"]);
});

test("no code is said", async () => {
  const text = await make({ students: ["bob"] });
  expect(said.join()).toContain("1 card");
  expect(said.join()).not.toContain(codesIn(text)[0]);
});

test("what a card tells", async () => {
  const text = await make({ students: ["jose-alvarez"], perPage: 1 });
  expect(text).toContain("<bdi>José Álvarez</bdi>");
  for (const part of [
    "jose-alvarez",
    "school-jose-alvarez",
    "https://192.168.110.168:8090/card</b>",
    "export KUBECONFIG=$PWD/jose-alvarez.kubeconfig\nkubectl get pods\nkubectl get persistentvolumeclaims",
    "<code>class reset jose-alvarez</code>",
    "valid for 8 hours",
  ])
    expect(text).toContain(part);
  expect(await make({ students: ["jose-alvarez"], language: "zh" })).toContain('<html lang="zh">');
});

test("names are text whatever is in them", async () => {
  for (const perPage of [1, 10] as const) {
    const text = await make({ perPage });
    expect(text).not.toMatch(/<img|<script|<b>alert/);
    expect(text).toContain("&lt;img src=x onerror=");
    expect(text).toContain("&lt;/script&gt;");
    expect(text).toMatch(/content="default-src (&#39;|')none/);
    expect(text).not.toMatch(/ style=/);
  }
});

test("cards that cannot be printed void no code", async () => {
  const [before] = codesIn(await make({ students: ["bob"] }));
  process.env.CHROMIUM = join(folder, "no-such-browser");
  await expect(make({ students: ["bob"], pdf: join(folder, "cards.pdf") })).rejects.toMatchObject({
    message: expect.stringContaining("no-such-browser) is missing") as string,
    remedy: expect.stringContaining("--html, and print them from a browser") as string,
  });
  await expect(make({ students: ["bob"], html: join(folder, "none", "cards.html") })).rejects.toThrow(
    "cannot be written",
  );
  expect((await codes.take(before ?? ""))?.grant.student).toBe("bob");
});

test("a browser is looked for, and where there is none, it is said how to get one", async () => {
  const { PATH } = process.env;
  process.env.PATH = folder;
  try {
    await expect(make({ students: ["bob"], pdf: join(folder, "cards.pdf") })).rejects.toMatchObject({
      message: expect.stringContaining("no Chromium or Chrome is installed") as string,
      remedy: expect.stringContaining("apt-get install chromium") as string,
    });
  } finally {
    process.env.PATH = PATH;
  }
});

test("Chinese without a font for it is told of", async () => {
  const { PATH } = process.env;
  writeFileSync(join(folder, "fc-list"), "#!/bin/sh\n", { mode: 0o755 });
  process.env.PATH = folder;
  try {
    await expect(make({ students: ["zhang-wei"], pdf: join(folder, "cards.pdf") })).rejects.toMatchObject({
      message: expect.stringContaining("no font of this machine has Chinese characters") as string,
      remedy: expect.stringContaining("fonts-noto-cjk") as string,
    });
  } finally {
    process.env.PATH = PATH;
  }
});

test("a browser that prints nothing is told of", async () => {
  process.env.CHROMIUM = "/bin/false";
  await expect(make({ students: ["bob"], pdf: join(folder, "cards.pdf") })).rejects.toThrow("has printed no PDF");
});

test("wrong use is told before anything is written", async () => {
  await expect(make({ html: undefined })).rejects.toThrow("no file is named");
  await expect(make({ students: ["bobb"] })).rejects.toThrow("bobb is no student of the class");
  lab.record = { students: [], removed: [] };
  await expect(make()).rejects.toThrow("the class has no students");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["https://192.168.110.168:8090", true],
  ["https://lab.example/", true],
  ["http://127.0.0.1:8090", true],
  ["http://[::1]:8090", true],
  ["http://lab.example", false],
  ["https://lab.example/else", false],
  ["https://me:word@lab.example", false],
  ["lab.example:8090", false],
  ["javascript:alert(1)", false],
  ["", false],
])("cards lead to a page over TLS: %s", (address, isGood) => {
  if (isGood) expect(pageAddress(address).pathname).toBe("/");
  else expect(() => pageAddress(address)).toThrow();
});

test("where nobody says where the page is, it is at this machine's first address", () => {
  expect(pageAddress(defaultPage()).port).toBe("8090");
});
