import { existsSync } from "node:fs";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Starts the browser that is installed. */
export function startBrowser(): Promise<Browser> {
  if (!existsSync(executablePath))
    throw new Error(`${executablePath} is missing: apt-get install chromium, or set CHROMIUM to a Chromium or Chrome`);
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A page, and what went wrong on it. */
export interface Opened {
  page: Page;
  /** Errors, breaches of the policy, and what was asked for elsewhere. */
  wrong: string[];
}

/** Opens the map as somebody with these settings sees it. */
export async function openMap(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1360, height: 900 },
    ignoreHTTPSErrors: true,
    ...options,
  });
  const wrong: string[] = [];
  const origin = new URL(url).origin;
  await context.route(
    (asked) => asked.protocol.startsWith("http") && asked.origin !== origin,
    (route) => {
      wrong.push(`asked for ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(message.text());
  });
  await page.goto(url);
  await page.locator("main").waitFor();
  return { page, wrong };
}

/** The breaches of WCAG that axe finds, each with where. */
export async function breaches(page: Page): Promise<string[]> {
  // Not by a script's tag, which the page's policy forbids: by the browser's own debugger.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}
