import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DefaultTheme } from "vitepress";

/** The site's menu: the tables of a language's README, under the headings that they stand below. */
export function contents(language: "en" | "zh"): DefaultTheme.SidebarItem[] {
  const readme = readFileSync(fileURLToPath(new URL(`../../${language}/README.md`, import.meta.url)), "utf8");
  const groups: DefaultTheme.SidebarItem[] = [];
  for (const line of readme.split("\n")) {
    const [, heading] = /^#+ (.+)$/.exec(line) ?? [];
    if (heading) groups.push({ text: heading, items: [] });
    const [, number, text, page] = /^\| (?:(\d+) \| )?\[([^\]]+)\]\(([\w-]+)\.md\) \|/.exec(line) ?? [];
    if (text) groups.at(-1)?.items?.push({ text: number ? `${number}. ${text}` : text, link: `/${language}/${page}` });
  }
  return groups.filter(({ items }) => items && items.length > 0);
}
