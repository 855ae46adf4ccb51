import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Language } from "./pages";

/** One term of glossary.yaml. */
export interface Term {
  en: string;
  zh: string;
  meaning: Record<Language, string>;
  /** Where the Chinese term comes from, if not from kubernetes.io. */
  zhSource?: string;
  /** Variants that the pages do not use: regular expressions. */
  forbidden?: Partial<Record<Language, string[]>>;
}

export function terms(): Term[] {
  return parse(readFileSync(join(__dirname, "glossary.yaml"), "utf8")) as Term[];
}

/** The glossary's page with the rows of its table as the terms are now: the reader's language first. */
export function withTerms(language: Language, page: string): string {
  const other = language === "en" ? "zh" : "en";
  const order = new Intl.Collator(language === "en" ? "en" : "zh-Hans-CN-u-co-pinyin");
  const rows = terms()
    .sort((a, b) => order.compare(a[language], b[language]))
    .map((term) => `| ${term[language]} | ${term[other]} | ${term.meaning[language]} |\n`);
  return page.replace(/^(\|---.*\n)(?:\|.*\n)*/m, (_, rule: string) => rule + rows.join(""));
}
