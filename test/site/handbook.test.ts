import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { blocksOf } from "../../docs/course/blocks";
import { languages, pageNames, readPage } from "../../docs/course/pages";
import { projectRoot } from "../../embedded/cli/lab-files";
import { waitFor } from "../../exercises/runner/wait";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

let server: ChildProcess;
let browser: Browser;
let context: BrowserContext;
let origin: string;
/** What the pages asked others for. */
const elsewhere: string[] = [];

beforeAll(async () => {
  if (!existsSync(executablePath))
    throw new Error(`${executablePath} is missing: apt-get install chromium, or set CHROMIUM to a Chromium or Chrome`);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  server = spawn(join(projectRoot, "lab"), ["handbook", "--port", String(port)], { cwd: projectRoot, detached: true });
  let output = "";
  for (const stream of [server.stdout, server.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  await waitFor("./lab handbook", { timeout: 240_000, interval: 500 }, async () => {
    if (server.exitCode !== null) throw new Error(`./lab handbook ended with ${server.exitCode}:\n${output}`);
    const answer = await fetch(`${origin}/en/`).catch(() => undefined);
    return answer?.ok ? { done: undefined } : { missing: `an answer at ${origin}` };
  });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  await context.route(
    (url) => url.origin !== origin,
    (route) => {
      elsewhere.push(route.request().url());
      return route.abort();
    },
  );
}, 300_000);

afterAll(async () => {
  await browser?.close();
  if (server?.pid && server.exitCode === null) process.kill(-server.pid, "SIGTERM");
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const answer = await page.goto(`${origin}${path}`, { waitUntil: "load" });
  expect([path, answer?.status()]).toEqual([path, 200]);
  expect(errors).toEqual([]);
  return page;
}

/** The texts that a diagram of the page must show, one list for each diagram. */
function labels(page: string): string[][] {
  return [...page.matchAll(/^```mermaid\n([^]*?)^```$/gm)].map(([, diagram = ""]) => {
    // Of a flowchart, what is in its nodes; of the others, names and what is said of a step.
    const words = diagram.startsWith("flowchart") ? /\["([^"]+)"\]/g : /(?: as |: )"?(.+?)"?$/gm;
    return [...diagram.matchAll(words)].flatMap(([, label = ""]) => label.split(/<br\/?>/));
  });
}

const squeezed = (text: string) => text.replace(/\s/g, "");

describe.each(languages)("%s", (language) => {
  test.each(["README", ...pageNames()])(
    "%s: is shown, and its diagrams are drawn with all that they say",
    async (name) => {
      const page = await open(name === "README" ? `/${language}/` : `/${language}/${name}.html`);
      const source = readPage(language, name);
      expect(await page.locator("h1").first().innerText()).toContain(/^# (.+)$/m.exec(source)?.[1]?.replace(/`/g, ""));
      const diagrams = labels(source);
      const drawn = page.locator(".mermaid svg");
      if (diagrams.length > 0) await drawn.nth(diagrams.length - 1).waitFor({ timeout: 30_000 });
      expect(await drawn.count()).toBe(diagrams.length);
      const wrong: string[] = [];
      for (const [index, texts] of diagrams.entries()) {
        // Without its style sheet.
        const shown = squeezed((await drawn.nth(index).locator("text, foreignObject").allTextContents()).join(""));
        if (shown.includes("Syntaxerror")) wrong.push(`diagram ${index + 1}: syntax error`);
        else for (const text of texts) if (!shown.includes(squeezed(text))) wrong.push(`diagram ${index + 1}: ${text}`);
      }
      expect(wrong).toEqual([]);
      await page.close();
    },
  );
});

test.each([
  ["zh", "回收策略"],
  ["zh", "挂接"],
  ["en", "Released"],
])("%s: search finds %s", async (language, words) => {
  const page = await open(`/${language}/`);
  await page.locator(".VPNavBarSearch button").first().click();
  await page.locator(".VPLocalSearchBox input").fill(words);
  const results = page.locator(".VPLocalSearchBox .results li a");
  await results.first().waitFor({ timeout: 30_000 });
  expect(await results.first().getAttribute("href")).toMatch(new RegExp(`^/${language}/`));
  await page.close();
});

test("a button copies the commands of a block", async () => {
  const page = await open("/en/static-pair.html");
  await page.locator('div[class*="language-sh"]').first().hover();
  await page.locator('div[class*="language-sh"] button.copy').first().click();
  await page.locator('div[class*="language-sh"] button.copy.copied').first().waitFor();
  const copied = await page.evaluate("navigator.clipboard.readText()");
  expect(String(copied).trim()).toBe(blocksOf(readPage("en", "static-pair"))[0]?.commands.trim());
  await page.close();
});

test("the other language is one click away, on the same page", async () => {
  const page = await open("/en/static-pair.html");
  await page.locator(".VPNavBarTranslations button").hover();
  await page.locator(".VPNavBarTranslations").getByRole("link", { name: "中文" }).click();
  await page.waitForURL(`${origin}/zh/static-pair.html`);
  await page.close();
});

test("printed, a page is without menus, and no command is cut off", async () => {
  const page = await open("/zh/csi.html");
  await page.emulateMedia({ media: "print" });
  for (const part of [".VPNav", ".VPSidebar", ".VPDocFooter"])
    expect(await page.locator(part).first().isVisible()).toBe(false);
  const cut = await page
    .locator('div[class*="language-"] pre')
    .evaluateAll(
      (blocks) =>
        (blocks as unknown as { scrollWidth: number; clientWidth: number }[]).filter(
          ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1,
        ).length,
    );
  expect(cut).toBe(0);
  await page.close();
});

test("no link is dead, also to a heading", () => {
  const linkinator = join(projectRoot, "docs/course/site/node_modules/.bin/linkinator");
  const checked = spawnSync(
    linkinator,
    [`${origin}/`, "--recurse", "--check-fragments", "--skip", `^(?!${origin})`, "--format", "json"],
    { encoding: "utf8", maxBuffer: 64 << 20, timeout: 110_000 },
  );
  const { links } = JSON.parse(checked.stdout) as { links: { url: string; state: string; parent?: string }[] };
  expect(links.filter(({ state }) => state === "BROKEN")).toEqual([]);
  expect(links.filter(({ state }) => state === "OK").length).toBeGreaterThan(2 * pageNames().length);
});

test("nothing is loaded from elsewhere", () => {
  expect(elsewhere).toEqual([]);
});
