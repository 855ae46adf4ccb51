import { constants } from "node:fs";
import { access, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import execa from "execa";
import { Failure } from "../../exercises/runner/failure";
import { withPrivateFolder } from "../hosts/ssh-key";

/** Chromium and its kin, as systems call them. */
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

/** Longest wait for a document of a thousand cards, in milliseconds. */
const PATIENCE = 120_000;

const BY_HAND = "or write the cards with --html, and print them from a browser";

/** Prints an HTML document with the Chromium that is installed; `$CHROMIUM` names another file. */
export async function printPdf(html: string): Promise<Buffer> {
  const browser = await findBrowser();
  return withPrivateFolder(async (folder) => {
    const source = join(folder, "cards.html");
    const file = join(folder, "cards.pdf");
    await writeFile(source, html, { mode: 0o600 });
    const words = [
      "--headless",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      // Its sandbox is refused to root; the document is ours, and runs nothing.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${join(folder, "profile")}`,
      "--no-pdf-header-footer",
      `--print-to-pdf=${file}`,
      pathToFileURL(source).href,
    ];
    const said = await runBrowser(browser, words);
    if (!(await can(file, constants.R_OK)))
      throw new Failure(`Chromium has printed no PDF: ${lastLine(said)}`, BY_HAND);
    return readFile(file);
  });
}

async function runBrowser(browser: string, words: string[]): Promise<string> {
  const ended = await execa(browser, words, { reject: false, timeout: PATIENCE, stdin: "ignore", all: true });
  if (ended.timedOut)
    throw new Failure(`${browser} has not printed the PDF within ${PATIENCE / 1000} seconds`, BY_HAND);
  return ended.all ?? "";
}

/** The program that prints. */
async function findBrowser(): Promise<string> {
  const { CHROMIUM, PATH = "" } = process.env;
  const folders = PATH.split(delimiter);
  const files = CHROMIUM ? [CHROMIUM] : BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const file of files) if (await can(file, constants.X_OK)) return file;
  const what = CHROMIUM ? `$CHROMIUM (${CHROMIUM}) is missing` : "no Chromium or Chrome is installed";
  throw new Failure(
    `a PDF cannot be printed: ${what}`,
    `apt-get install chromium, or name one in $CHROMIUM\n${BY_HAND}`,
  );
}

const can = (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );

/** Fails where these texts have Chinese characters and the system has none: the PDF would show boxes instead. */
export async function requireChineseFont(texts: string[]): Promise<void> {
  if (!texts.some((text) => /\p{Script=Han}/u.test(text))) return;
  const fonts = await execa("fc-list", [":lang=zh", "family"], { reject: false, stdin: "ignore" });
  // Where there is no fontconfig, as on macOS, the system's own fonts have them.
  if (fonts.failed || fonts.stdout.trim() !== "") return;
  throw new Failure(
    "a PDF cannot be printed: no font of this machine has Chinese characters",
    `apt-get install fonts-noto-cjk\n${BY_HAND}, on a machine that has one`,
  );
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) || "it said nothing";
