import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { readGrades } from "../../operations/page/model/grades";
import { bundle } from "../../operations/page/server/assets";
import { exportedPage } from "../../operations/page/server/documents";
import { breaches, openMap, startBrowser, type Opened } from "../support/page-browser";
import { hostileScene, largeScene, smallScene, type Scene } from "../support/page-class";
import { gradesFile, largeGrades } from "../support/page-grades";
import { claimOf, HOSTILE, namespaceOf } from "../support/page-objects";
import { PageSite } from "../support/page-site";

let browser: Browser;
const sites: PageSite[] = [];
const opened: Opened[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

async function open(scene: Scene, options: BrowserContextOptions = {}) {
  const site = await PageSite.open(scene);
  sites.push(site);
  const map = await openMap(browser, site.url, options);
  opened.push(map);
  return { site, page: map.page };
}

afterEach(async () => {
  const wrong = opened.flatMap((each) => each.wrong);
  for (const { page } of opened.splice(0)) await page.context().close();
  for (const site of sites.splice(0)) await site.close();
  expect(wrong.filter((line) => !line.includes("ERR_INCOMPLETE_CHUNKED_ENCODING"))).toEqual([]);
});

const graded = (scene: Scene, file = gradesFile): Scene => ({ ...scene, grades: readGrades(file) });

test("three plots of the class, a bar a student, with axes, units, titles and texts", async () => {
  const { page } = await open(graded(smallScene()));
  const plots = page.locator(".class .plot");
  expect(await plots.locator("h3").allInnerTexts()).toEqual([
    "Points over the class",
    "Time to Ready",
    "NAS space by student",
  ]);
  expect(await plots.locator("svg > text.name").allTextContents()).toEqual([
    "points",
    "seconds from creation to Ready, by pod",
    "stored, GiB",
  ]);
  for (const index of [0, 1, 2]) {
    const drawing = plots.nth(index).locator("svg");
    expect(await drawing.getAttribute("role")).toBe("img");
    expect(await drawing.locator("desc").textContent()).toMatch(/^\d+ values: least .+, median .+, most .+/);
    expect(await drawing.locator(".axis .tick").count()).toBeGreaterThan(4);
  }
  // The longest first, and as long as its number says.
  const widths = await page.evaluate<number[]>(
    `[...document.querySelector(".plot").querySelectorAll("rect.value")].map((bar) => Number(bar.getAttribute("width")))`,
  );
  const [first, second] = widths;
  expect((second ?? 0) / (first ?? 1)).toBeCloseTo(0.4);
  expect(await plots.nth(1).locator("circle.dot").count()).toBe(6);
});

test("the same numbers are a table, which the keyboard opens", async () => {
  const { page } = await open(graded(smallScene()));
  const plot = page.locator(".plot").first();
  await plot.locator("summary").focus();
  await page.keyboard.press("Enter");
  await plot.locator("table").waitFor();
  expect((await plot.locator("tr").allInnerTexts()).map((row) => row.split(/\s*\t\s*/))).toEqual([
    ["Student", "points", "at most"],
    ["张伟", "4", "10"],
    ["bob", "10", "10"],
  ]);
});

test.each<[string, BrowserContextOptions]>([
  ["light", {}],
  ["dark, in Chinese", { colorScheme: "dark", locale: "zh-CN" }],
  ["on a phone", { viewport: { width: 360, height: 740 } }],
])("axe finds nothing, %s, and nothing is wider than the page", async (_what, options) => {
  const { page } = await open(graded(smallScene()), options);
  for (const summary of await page.locator(".plot summary").all()) await summary.click();
  expect(await breaches(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
});

test("both languages, to the axes", async () => {
  const { page } = await open(graded(smallScene()), { locale: "zh-CN" });
  const texts = await page
    .locator(".plot h3, .plot .name, .plot .middle text, .plot summary, .plot .hint")
    .allTextContents();
  expect(texts.length).toBeGreaterThan(12);
  for (const text of texts) expect(text).toMatch(/\p{Script=Han}/u);
});

test("what is not known is said: no grades, no look at the NAS, no pod", async () => {
  const scene = smallScene();
  scene.objects.pods = [];
  scene.facts.quotas.clear();
  const { page } = await open(scene);
  expect(await page.locator(".plot svg").count()).toBe(0);
  expect(await page.locator(".plot .unknown").allInnerTexts()).toEqual([
    "Nobody has been graded yet.",
    "No pod is Ready that has never restarted.",
    "Nobody has looked at the students' directories.",
  ]);
});

test("one student, who has nothing, is drawn; a course without a class has no plots", async () => {
  const scene = hostileScene();
  const { page, site } = await open(scene);
  expect(await page.locator(".plot svg").count()).toBe(2);
  scene.objects.namespaces = [];
  site.changed();
  await page.locator(".class").waitFor({ state: "detached" });
});

test("without colours bar, limit, dot and median are told apart by their forms", async () => {
  const { page } = await open(graded(smallScene()));
  const styleOf = (selector: string) =>
    page.evaluate(
      `(({ fill, stroke, strokeDasharray }) => [fill, stroke, strokeDasharray].join(" "))(getComputedStyle(document.querySelector(${JSON.stringify(selector)})))`,
    );
  const forms = await Promise.all(
    [".plot .value", ".plot .most", ".plot .dot", ".plot .middle line + line"].map(styleOf),
  );
  expect(forms.map((form) => /^none/.test(String(form)))).toEqual([false, true, false, false]);
  expect(forms.map((form) => String(form).endsWith("px"))).toEqual([false, true, false, true]);
});

test.each([
  [30, "bars"],
  [31, "histogram"],
])("%d students are %s", async (students, form) => {
  const { page } = await open(graded(largeScene(students), largeGrades(students)));
  expect(await page.locator(`.plot[data-plot="${form}"]`).count()).toBe(3);
});

test("a thousand students are a histogram of about twenty bars, whose sum they are", async () => {
  const { page } = await open(graded(largeScene(1000), largeGrades(1000)));
  const plots = page.locator('.plot[data-plot="histogram"]');
  expect(await plots.count()).toBe(3);
  for (const [index, sum] of [1000, 2000, 1000].entries()) {
    const plot = plots.nth(index);
    expect(await plot.locator("rect.value").count()).toBeLessThan(30);
    await plot.locator("summary").click();
    await plot.locator("table").waitFor();
    const counts = await plot.locator("tbody td").allInnerTexts();
    expect(counts.reduce((all, count) => all + Number(count), 0)).toBe(sum);
  }
  expect(await breaches(page)).toEqual([]);
  // The map below still knows where it is.
  await page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)");
  await page.locator('tbody[data-line="volume/school-student-1000.redis"]').waitFor();
});

test("printed, the tables are there", async () => {
  const { page } = await open(graded(smallScene()), { colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  await page.locator(".plot table").first().waitFor();
  expect(await page.locator(".plot table:visible").count()).toBe(3);
});

test("as a report, one file has the class alone, and names are text in it", async () => {
  const scene = graded(hostileScene());
  const { objects } = scene;
  objects.namespaces.push(namespaceOf("evening-eve", { className: "evening", name: "eve" }));
  objects.claims.push(claimOf("evening-eve/work"));
  const { site } = await open(scene);
  const file = join(await mkdtemp(join(tmpdir(), "storage-lab-report-")), "report.html");
  const text = exportedPage(site.keeper.picture, await bundle(), "school");
  await writeFile(file, text);
  const report = await openMap(browser, pathToFileURL(file).href);
  opened.push(report);
  expect(await report.page.locator("h1").innerText()).toBe("Class report");
  expect(await report.page.locator("section").count()).toBe(2);
  expect(await report.page.locator(".plot svg").count()).toBe(3);
  expect(await report.page.locator(".plot img").count()).toBe(0);
  const ready = report.page.locator(".plot").nth(1);
  await ready.locator("summary").click();
  expect(await ready.locator("table").innerText()).toContain(HOSTILE);
  expect(await breaches(report.page)).toEqual([]);
  // No directory goes out with it, and no other class.
  expect(text).not.toContain("/nfs/");
  expect(text).not.toContain("evening");
});
