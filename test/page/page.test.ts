import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { readGrades } from "../../operations/page/model/grades";
import { bundle } from "../../operations/page/server/assets";
import { exportedPage } from "../../operations/page/server/documents";
import { breaches, openMap, startBrowser, type Opened } from "../support/page-browser";
import { hostileScene, smallScene, type Scene } from "../support/page-class";
import { gradesFile, wideGrades } from "../support/page-grades";
import { claimOf, HOSTILE, volumeOf } from "../support/page-objects";
import { PageSite } from "../support/page-site";

let browser: Browser;
let site: PageSite;
let opened: Opened;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

async function open(scene: Scene = smallScene(), options: BrowserContextOptions = {}): Promise<void> {
  site = await PageSite.open(scene);
  opened = await openMap(browser, site.url, options);
  ({ page } = opened);
}

afterEach(async () => {
  const { wrong } = opened;
  await page.context().close();
  await site.close();
  // Whatever a test does: no error, no breach of the policy, nothing from elsewhere.
  expect(wrong.filter((line) => !line.includes("ERR_INCOMPLETE_CHUNKED_ENCODING"))).toEqual([]);
});

const lineOf = (id: string) => page.locator(`tbody[data-line="${id}"]`);
const lines = () => page.locator("tbody[data-line]");

test("each line of sight is there, with its state in words", async () => {
  await open();
  expect(await lines().count()).toBe(Object.keys(site.keeper.picture.lines).length);
  const texts = await lineOf("volume/school-zhang-wei.redis").locator("th, td").allInnerTexts();
  const [state, directory, volume, claim, user, node] = texts.map((text) => text.replace(/\s+/g, " "));
  expect(state).toContain("In use");
  expect(directory).toContain("/nfs/school/school-zhang-wei/redis 212 MiB of 1 GiB owner 20001:20001, mode 0700");
  expect(volume).toContain("Bound 1Gi RWX reclaim Retain");
  expect(claim).toContain("redis-static Bound");
  expect(user).toContain("StatefulSet/redis-static redis-static-0 Ready");
  expect(node).toContain("node1 mounted /data");
  await expectState("volume/school-zhang-wei.own-1", "Released");
  await expectState("claim/school-jose-alvarez/photos", "Waiting");
  await expectState("volume/pv-shiqi-share", "Wrong");
  await expectState("volume/school-jose-alvarez.own-1", "Available");
  await expectState("volume/pvc-template", "Bound, unused");
});

async function expectState(id: string, state: string): Promise<void> {
  expect(await lineOf(id).locator(".disclose").innerText()).toContain(state);
}

test("what is wrong is told in a sentence with its cause and a command, and leads to its line", async () => {
  await open();
  await page.getByRole("button", { name: /^Show all/ }).click();
  const finding = page.locator(".findings li", { hasText: "school-zhang-wei.own-1 is Released" }).first();
  expect(await finding.innerText()).toContain("Its claimRef still has the old claim's uid 3f2a91c4");
  expect(await finding.locator("code").innerText()).toContain("kubectl get pv school-zhang-wei.own-1");
  await finding.getByRole("button", { name: /^Show its line/ }).click();
  const line = lineOf("volume/school-zhang-wei.own-1");
  await line.locator(".facts").waitFor();
  expect(await page.evaluate("document.activeElement.closest('tbody').dataset.line")).toBe(
    "volume/school-zhang-wei.own-1",
  );
});

describe("filters", () => {
  test("by state, several at once, and none again", async () => {
    await open();
    const tile = (name: string) => page.locator(".tile", { hasText: name });
    await tile("Released").click();
    expect(await lines().count()).toBe(1);
    await tile("Waiting").click();
    expect(await lines().count()).toBe(1 + Number(await tile("Waiting").locator("b").innerText()));
    expect(await tile("Waiting").getAttribute("aria-pressed")).toBe("true");
    await page.getByRole("button", { name: "Clear" }).click();
    expect(await tile("Waiting").getAttribute("aria-pressed")).toBe("false");
  });

  test.each([
    ["Class", "school", "school-bob", "shiqi"],
    ["Namespace", "shiqi", "shiqi", "school-bob"],
    ["Student", "school-zhang-wei", "school-zhang-wei", "school-bob"],
    ["Section", "redis", "shiqi", "default"],
    ["Storage class", "school-csi", "school-bob", "shiqi"],
  ])("by %s", async (label, value, there, notThere) => {
    await open();
    await page.getByLabel(label, { exact: true }).selectOption(value);
    const groups = (await page.locator("tbody.group").allInnerTexts()).join("\n");
    expect(groups).toContain(there);
    expect(groups).not.toContain(notThere);
  });

  test("by words: of names, of states, in Chinese", async () => {
    await open();
    const search = page.getByLabel("Search");
    for (const [words, count] of [
      ["张伟", 4],
      ["bob own-1", 1],
      ["stale file", 1],
      ["no such thing", 0],
    ] as const) {
      await search.fill(words);
      expect([words, await lines().count()]).toEqual([words, count]);
    }
    expect(await page.locator("main").innerText()).toContain("No line is like that.");
  });

  test("only what has problems; and the address keeps it", async () => {
    await open();
    await page.getByLabel("Only with problems").check();
    const count = await lines().count();
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(Object.keys(site.keeper.picture.lines).length);
    await page.reload();
    await lines().first().waitFor();
    expect(await lines().count()).toBe(count);
  });
});

test("what happens is on the page within a second, in words", async () => {
  await open();
  const before = Date.now();
  site.scene.objects.claims.push(claimOf("shiqi/new-claim", { size: "5Gi" }));
  site.changed();
  await lineOf("claim/shiqi/new-claim").waitFor();
  expect(Date.now() - before).toBeLessThan(1000);
  expect(await page.locator(".news li").first().innerText()).toContain("Claim shiqi/new-claim is Pending");
  expect(await page.locator("[aria-live]").innerText()).toContain("Claim shiqi/new-claim");
  site.scene.objects.volumes = [];
  site.scene.objects.claims = [volumeless()];
  site.changed();
  await lineOf("volume/pv-shiqi-redis").waitFor({ state: "detached" });
  expect(await lines().count()).toBe(1);
});

const volumeless = () => claimOf("shiqi/alone");

test("it says when the API server is away, and when the page's own server is", async () => {
  await open();
  expect(await page.locator(".status").innerText()).toBe("Live");
  site.scene.connection = { live: false, since: Date.now(), reason: "connect ECONNREFUSED" };
  site.changed();
  await page.locator(".away").waitFor();
  expect(await page.locator(".away").innerText()).toMatch(/does not answer since .* ECONNREFUSED/);
  site.scene.connection = { live: true, since: Date.now() };
  site.changed();
  await page.locator(".away").waitFor({ state: "detached" });
});

test("both languages, by the browser's and by a button; every text of the page", async () => {
  await open(smallScene(), { locale: "zh-CN" });
  expect(await page.locator("h1").innerText()).toBe("存储地图");
  expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
  const headings = await page.locator("h2, thead th, .tile, .findings p:first-child").allInnerTexts();
  for (const text of headings) expect(text).toMatch(/\p{Script=Han}/u);
  await page.getByRole("button", { name: "English" }).click();
  expect(await page.locator("h1").innerText()).toBe("Storage map");
  await page.reload();
  await page.locator("main").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
});

test("by keyboard alone: to the map, from line to line, its details, the search", async () => {
  await open();
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.className")).toBe("skip");
  await page.keyboard.press("Enter");
  await page.keyboard.press("/");
  expect(await page.evaluate("document.activeElement.id")).toBe("search");
  await page.keyboard.type("redis-static");
  const focused = () => page.evaluate("document.activeElement.closest('tbody')?.dataset.line");
  await lines().first().locator(".disclose").focus();
  const first = await focused();
  await page.keyboard.press("ArrowDown");
  expect(await focused()).not.toBe(first);
  await page.keyboard.press("ArrowUp");
  expect(await focused()).toBe(first);
  await page.keyboard.press("Enter");
  await lines().first().locator(".facts").waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByLabel("Search").inputValue()).toBe("");
});

describe("nobody is left out: axe finds nothing", () => {
  test.each<[string, BrowserContextOptions]>([
    ["light", {}],
    ["dark, in Chinese", { colorScheme: "dark", locale: "zh-CN" }],
    ["on a phone", { viewport: { width: 390, height: 844 } }],
  ])("%s", async (_what, options) => {
    await open(smallScene(), options);
    await page.getByRole("button", { name: /^Show all|^全部显示/ }).click();
    await lineOf("volume/school-zhang-wei.own-1").locator(".disclose").click();
    site.scene.objects.claims.push(claimOf("shiqi/new-claim"));
    site.changed();
    await page.locator(".news li").first().waitFor();
    expect(await breaches(page)).toEqual([]);
  });
});

test("who has done what: a grid that fills, who is stuck, and each check with its hint", async () => {
  await open();
  expect(await page.locator(".grades").count()).toBe(0);
  site.scene.grades = readGrades(gradesFile);
  site.changed();
  const zhang = page.locator('tbody[data-student="zhang-wei"]');
  await zhang.waitFor();
  expect(await zhang.innerText()).toMatch(/张伟[^]*nothing new since[^]*FailedMount[^]*4\/10[^]*not begun[^]*4 \/ 25/);
  expect(await page.locator('tbody[data-student="bob"]').innerText()).toContain("could not be graded");
  await zhang.locator(".disclose").click();
  expect(await zhang.locator(".checks").innerText()).toMatch(/it is Pending[^]*Look at the claimRef/);
  expect(await breaches(page)).toEqual([]);
  await page.getByRole("button", { name: /stuck/ }).click();
  expect(await page.locator("tbody[data-student]").count()).toBe(1);
});

test("on a phone nothing is wider than the screen", async () => {
  // More exercises than fit: their table scrolls, and the page does not.
  const grades = readGrades(wideGrades);
  await open({ ...smallScene(), grades }, { viewport: { width: 360, height: 740 } });
  const scrolls = "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('.scrolled'))";
  expect(await page.evaluate(scrolls)).toBe(true);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  // Each box says what it is.
  const cell = `document.querySelector('tbody[data-line="volume/pv-shiqi-redis"] td')`;
  const label = await page.evaluate(`getComputedStyle(${cell}, "::before").content`);
  expect(label).toBe('"Directory"');
});

test("printed, all is there, and nothing that is to be pressed", async () => {
  await open();
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".filters").isVisible()).toBe(false);
  expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
  expect(await lines().count()).toBe(Object.keys(site.keeper.picture.lines).length);
  const pdf = await page.pdf({ format: "A4", landscape: true });
  expect(pdf.subarray(0, 4).toString()).toBe("%PDF");
});

test("a student's names are text, whatever is in them", async () => {
  await open(hostileScene());
  await page.locator(".disclose").first().click();
  expect(await page.locator("img, script:not([src])").count()).toBe(0);
  expect(await page.evaluate("document.body.dataset.owned")).toBeUndefined();
  expect(await page.locator("tbody.group").innerText()).toContain(HOSTILE);
  expect(await page.getByLabel("Student").locator("option").last().innerText()).toContain("<img src=x");
});

test("as one file it shows the same, asks nobody, and can be looked through", async () => {
  await open(hostileScene());
  const scene = smallScene();
  scene.objects.volumes.push(volumeOf("newcomer", { phase: "Available" }));
  site.keeper.update(scene);
  const file = join(await mkdtemp(join(tmpdir(), "storage-lab-page-")), "map.html");
  await writeFile(file, exportedPage(site.keeper.picture, await bundle()));
  const exported = await openMap(browser, pathToFileURL(file).href);
  const count = exported.page.locator("tbody[data-line]");
  expect(await count.count()).toBe(Object.keys(site.keeper.picture.lines).length);
  expect(await exported.page.locator(".status").innerText()).toMatch(/^As it was at /);
  await exported.page.getByLabel("Search").fill("newcomer");
  expect(await count.count()).toBe(1);
  expect(exported.wrong).toEqual([]);
  await exported.page.context().close();
});

test("over TLS, with its token, it is the same page", async () => {
  await open();
  const other = await PageSite.open(smallScene(), { port: 0, address: "0.0.0.0", names: ["127.0.0.1"] });
  const secure = await openMap(browser, other.url);
  await secure.page.locator(".status.live").waitFor();
  expect(secure.page.url()).not.toContain("token");
  expect(secure.wrong).toEqual([]);
  await secure.page.context().close();
  await other.close();
});
