import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import jsQR from "jsqr";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import { classCards } from "../../operations/cards/class-cards";
import type { CardLanguage } from "../../operations/cards/html";
import { IssuedCodes } from "../../operations/cards/issued-codes";
import type { ClassLab } from "../../operations/class/class-lab";
import { HandOut } from "../../operations/page/server/hand-out";
import { CARD_STUDENTS, CLASS, LONGEST_NAME } from "../support/card-students";
import { startBrowser } from "../support/page-browser";
import { smallScene } from "../support/page-class";
import { PageSite } from "../support/page-site";

let browser: Browser;
let folder: string;
let page: Page;
let codes: IssuedCodes;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

function newFolder(): void {
  folder = mkdtempSync(join(tmpdir(), "cards-"));
  codes = new IssuedCodes(join(folder, "codes"));
}

async function clear(): Promise<void> {
  await page?.context().close();
  rmSync(folder, { recursive: true, force: true });
}

const ADDRESS = "https://192.168.110.168:8090";

async function make(perPage: 1 | 10, language: CardLanguage): Promise<{ html: string; pdf: string }> {
  const files = { html: join(folder, "cards.html"), pdf: join(folder, "cards.pdf") };
  await classCards(lab(), { ...files, perPage, language, page: new URL(ADDRESS), days: 7, hours: 8 }, codes);
  return files;
}

function lab(): ClassLab {
  const progress = { say: () => {}, step: (_: string, work: () => unknown) => work() };
  const record = { students: CARD_STUDENTS, removed: [] };
  return { stack: "classroom-school", settings: { class: CLASS }, record, progress } as unknown as ClassLab;
}

async function open(url: string, scripts = false): Promise<void> {
  const context = await browser.newContext({
    // What a test does in it, it does as the browser's debugger: scripts of the page's own would not run.
    javaScriptEnabled: scripts,
    ignoreHTTPSErrors: true,
    viewport: { width: 900, height: 1200 },
    deviceScaleFactor: 2,
  });
  page = await context.newPage();
  await page.goto(url);
}

async function breaches(): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** How many pages a PDF has: Chromium writes a page's entry as it is. */
const pagesOf = (file: string): number => readFileSync(file, "latin1").match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;

describe.each([
  [1, "en"],
  [1, "zh"],
  [10, "en"],
  [10, "zh"],
] as const)("%i on a page, %s", (perPage, language) => {
  let files: { html: string; pdf: string };
  beforeAll(async () => {
    newFolder();
    files = await make(perPage, language);
    await open(pathToFileURL(files.html).href, true);
  });
  afterAll(clear);
  beforeEach(() => page.emulateMedia({ media: "screen" }));

  test("on paper each card is whole, whatever its names are", async () => {
    expect(pagesOf(files.pdf)).toBe(Math.ceil(CARD_STUDENTS.length / perPage));
    expect(await page.locator(".card").count()).toBe(CARD_STUDENTS.length);
    await page.emulateMedia({ media: "print" });
    const cut = await page.evaluate<string[]>(`
      [...document.querySelectorAll(".sheet, .card, .card :is(header, section, pre, dd, .code)")]
        .filter((each) => each.scrollHeight > each.clientHeight + 1 || each.scrollWidth > each.clientWidth + 1)
        .map((each) => \`\${each.className} \${each.scrollHeight} of \${each.clientHeight}: \${each.textContent.trim().slice(0, 20)}\`)
    `);
    expect(cut).toEqual([]);
    const texts = await page.locator(".card").allInnerTexts();
    CARD_STUDENTS.forEach(({ name, realName = name }, index) => {
      expect(texts[index]?.replace(/\s/g, "")).toContain(realName.replace(/\s/g, ""));
      expect(texts[index]).toContain(`${CLASS}-${name}`);
    });
    expect(texts.join()).toContain(LONGEST_NAME);
  });

  test("a reader finds each card's own link in its QR code", async () => {
    const cards = await page.locator(".card").all();
    // Each takes half a second.
    for (const card of language === "en" ? cards : cards.slice(0, 1)) {
      const code = await card.locator(".code").innerText();
      const { data, width, height } = PNG.sync.read(await card.locator("figure").screenshot());
      expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(`${ADDRESS}/card/${code}`);
    }
  });

  test("names inject nothing, and axe finds nothing wrong", async () => {
    expect(await page.locator("img, script").count()).toBe(0);
    expect(await page.evaluate("document.body.dataset.owned ?? 'nobody'")).toBe("nobody");
    expect(await page.locator("h2", { hasText: "<img src=x" }).count()).toBe(1);
    expect(await breaches()).toEqual([]);
  });
});

describe("the page that hands out", () => {
  let site: PageSite;
  beforeEach(newFolder);
  afterEach(async () => {
    await clear();
    await site.close();
  });

  const serve = async (address?: string) => {
    const handOut = new HandOut(
      codes,
      ({ student }) => Promise.resolve({ text: `user: ${student}\n` }),
      () => {},
    );
    const listen = { port: 0, ...(address !== undefined && { address, names: ["127.0.0.1"] }) };
    site = await PageSite.open(smallScene(), listen, handOut);
    return new URL(site.url).origin;
  };

  test("from the QR code to the file, without scripts, over TLS; and then never again", async () => {
    const origin = await serve("0.0.0.0");
    const html = join(folder, "cards.html");
    await classCards(lab(), { html, perPage: 10, language: "en", page: new URL(origin), days: 7, hours: 8 }, codes);
    const [code = ""] = /(?<=class="code">)[^<]+/.exec(readFileSync(html, "utf8")) ?? [];
    await open(`${origin}/card/${code}`);
    expect(await page.getByLabel("Code on your card").inputValue()).toBe(code);
    const button = page.getByRole("button", { name: "Download the kubeconfig" });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    expect(download.suggestedFilename()).toBe("zhang-wei.kubeconfig");
    expect(readFileSync(await download.path(), "utf8")).toBe("user: zhang-wei\n");
    await button.click();
    expect(await page.getByRole("alert").innerText()).toContain("Nothing is given out for this code");
  });

  test("it works by keyboard, on a phone, in the dark, and axe finds nothing wrong", async () => {
    const origin = await serve();
    for (const path of ["/card", "/card/K7QM-2XPA-9RTV-W4HD"]) {
      await open(`${origin}${path}`, true);
      await page.setViewportSize({ width: 320, height: 640 });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await breaches()).toEqual([]);
      }
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
      await page.context().close();
    }
    await open(`${origin}/card`, true);
    await page.keyboard.press("Tab");
    await page.keyboard.type("k7qm2xpa9rtvw4hd");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(await breaches()).toEqual([]);
  });
});
