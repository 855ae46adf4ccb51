import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { readGrades } from "../../operations/page/model/grades";
import { openMap, startBrowser } from "../support/page-browser";
import { largeScene, smallScene } from "../support/page-class";
import { largeGrades } from "../support/page-grades";
import { claimOf, podOf, volumeOf } from "../support/page-objects";
import { PageSite } from "../support/page-site";

/** Makes the pictures of the page in docs/: `npm run pictures`. */

const VIEWS = {
  "page-light": { viewport: { width: 1280, height: 1600 } },
  "page-dark-zh": { viewport: { width: 1280, height: 900 }, colorScheme: "dark", locale: "zh-CN" },
  "page-phone": { viewport: { width: 390, height: 780 }, locale: "zh-CN" },
} as const;

async function main(): Promise<void> {
  const scene = smallScene();
  const site = await PageSite.open(scene);
  happen(site);
  const browser = await startBrowser();
  for (const [name, options] of Object.entries(VIEWS)) {
    const { page } = await openMap(browser, site.url, { ...options, reducedMotion: "reduce" });
    await page.locator(".status.live").waitFor();
    await writeFile(join(__dirname, "../../docs", `${name}.png`), await page.screenshot());
    await page.context().close();
  }
  await site.close();
  await plots(browser);
  await browser.close();
}

/** The plots of a class of thirty. */
async function plots(browser: Browser): Promise<void> {
  const site = await PageSite.open({ ...largeScene(30), grades: readGrades(largeGrades(30)) });
  const { page } = await openMap(browser, site.url, { viewport: { width: 1280, height: 900 } });
  await page.locator(".class").screenshot({ path: join(__dirname, "../../docs/page-class.png") });
  await site.close();
}

/** So that something has just happened. */
function happen(site: PageSite): void {
  const { objects } = site.scene;
  const name = "school-jose-alvarez";
  objects.claims.push(claimOf(`${name}/notes`, { volume: `${name}.own-1`, size: "64Mi" }));
  objects.volumes = objects.volumes.map((volume) =>
    volume.metadata?.name === `${name}.own-1`
      ? volumeOf(`${name}.own-1`, { path: `/nfs/school/${name}/own-1`, claim: `${name}/notes`, size: "64Mi" })
      : volume,
  );
  site.changed();
  objects.pods.push(podOf(`${name}/reader`, { claim: "notes" }));
  site.changed();
  objects.claims = objects.claims.filter(({ metadata }) => metadata?.name !== "pvc-nfs-share");
  site.changed();
}

void main();
