import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { blocksOf, withFencesOf } from "./blocks";
import { rowOf, withContents, type Row } from "./contents";
import { withTerms } from "./glossary";

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

/** Pages that students follow step by step, in this order: the numbered rows of the table of contents. */
export function lessonNames(): string[] {
  return rows()
    .filter(({ number }) => number !== undefined)
    .map(({ name }) => name);
}

/** All pages of the table of contents, the same in both languages. */
export function pageNames(): string[] {
  return rows().map(({ name }) => name);
}

/** Pages with commands, which a test runs. */
export function walkNames(): string[] {
  return pageNames().filter((name) => blocksOf(readPage("en", name)).length > 0);
}

function rows(): Row[] {
  return readPage("en", "README")
    .split("\n")
    .flatMap((line) => rowOf(line) ?? []);
}

export function pagePath(language: Language, name: string): string {
  return join(__dirname, language, `${name}.md`);
}

export function readPage(language: Language, name: string): string {
  return readFileSync(pagePath(language, name), "utf8");
}

/** The files that a page has its students apply, next to it in a folder of its name. */
export function manifestNames(language: Language, name: string): string[] {
  const folder = join(__dirname, language, name);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

export function readManifest(language: Language, name: string, file: string): string {
  return readFileSync(join(__dirname, language, name, file), "utf8");
}

const manifestFence = /^```yaml ([\w-]+\.yaml)\n[\s\S]*?^```$/gm;

/** The manifests that a page shows. */
export function shownManifests(page: string): string[] {
  return [...page.matchAll(manifestFence)].map(([, file]) => file as string);
}

/** The page with the manifests that it shows as they are in its files. */
export function withManifests(language: Language, name: string, page: string): string {
  return page.replace(
    manifestFence,
    (_, file: string) => `\`\`\`yaml ${file}\n${readManifest(language, name, file)}\`\`\``,
  );
}

/** The page as its files and, for commands and outputs, the English page have it. */
export function upToDate(language: Language, name: string): string {
  if (name === "README") return withContents(language, readPage(language, name), (page) => readPage(language, page));
  if (name === "glossary") return withTerms(language, readPage(language, name));
  const page = withManifests(language, name, readPage(language, name));
  return language === "en" ? page : withFencesOf(readPage("en", name), page);
}

/** `npm run handbook`: brings the pages up to date with their manifests, and the Chinese ones with the English ones. */
function main(): void {
  for (const name of ["README", ...pageNames()]) {
    for (const language of languages) {
      try {
        writeFileSync(pagePath(language, name), upToDate(language, name));
      } catch (error) {
        console.error(`${language}/${name}.md: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    }
  }
}

if (basename(process.argv[1] ?? "") === "pages.ts") main();
