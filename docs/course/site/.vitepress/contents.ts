import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DefaultTheme } from "vitepress";
import { rowOf } from "../../contents";

/** The site's menu: the tables of a language's README, under the headings that they stand below. */
export function contents(language: "en" | "zh"): DefaultTheme.SidebarItem[] {
  const readme = readFileSync(fileURLToPath(new URL(`../../${language}/README.md`, import.meta.url)), "utf8");
  const groups: DefaultTheme.SidebarItem[] = [];
  for (const line of readme.split("\n")) {
    const [, heading] = /^#+ (.+)$/.exec(line) ?? [];
    if (heading) groups.push({ text: heading, items: [] });
    const { number, title, name } = rowOf(line) ?? {};
    if (title)
      groups.at(-1)?.items?.push({ text: number ? `${number}. ${title}` : title, link: `/${language}/${name}` });
  }
  return groups.filter(({ items }) => items && items.length > 0);
}
