import type { Language } from "./pages";

/** Minutes that a lesson takes a student, and of these the cluster. */
export interface Times {
  all: number;
  commands: number;
}

const stated: Record<Language, RegExp> = {
  en: /^\*\*Time\.\*\* (\d+) minutes; the commands alone take (\d+)\.$/m,
  zh: /^\*\*时间。\*\* (\d+) 分钟，其中命令运行约 (\d+) 分钟。$/m,
};

/** The times that a lesson states. */
export function timesOf(language: Language, page: string): Times {
  const [, all, commands] = stated[language].exec(page) ?? [];
  if (!all || !commands) throw new Error("it does not state its times in the form of the other pages");
  return { all: Number(all), commands: Number(commands) };
}

/** A page's row in the table of contents. */
export interface Row {
  /** Of a lesson. */
  number?: string;
  title: string;
  /** The page's file, without `.md`. */
  name: string;
}

/** The row that a line of the contents is, if it is one. */
export function rowOf(line: string): Row | undefined {
  const [, number, title, name] = /^\| (?:(\d+) \| )?\[([^\]]+)\]\(([\w-]+)\.md\) \|/.exec(line) ?? [];
  return title && name ? { number, title, name } : undefined;
}

/** The table of contents with the titles and times that the pages have now. */
export function withContents(language: Language, readme: string, pageOf: (name: string) => string): string {
  const unit = language === "en" ? "min" : "分钟";
  return readme
    .split("\n")
    .map((line) => {
      const { number, name } = rowOf(line) ?? {};
      if (!name) return line;
      const page = pageOf(name);
      const link = `[${/^# (.+)$/m.exec(page)?.[1] ?? name}](${name}.md)`;
      if (number === undefined) return `| ${link} |`;
      const { all, commands } = timesOf(language, page);
      return `| ${number} | ${link} | ${all} ${unit} | ${commands} ${unit} |`;
    })
    .join("\n");
}

/** Minutes of each day of the plans: the plan's title, then for each day the sum of the pages that it names by number. */
export function planned(readme: string, minutesOf: number[]): [string, number[]][] {
  const [, rows = ""] = /^\| [^|]+ \| (?:day 1|第 1 天) \|.*\n\|---.*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  return rows
    .trim()
    .split("\n")
    .map((row) => {
      const [title = "", ...days] = row.split("|").slice(1, -1);
      return [title.trim(), days.filter((day) => day.trim() !== "").map(minutes)];
    });

  function minutes(day: string): number {
    let sum = 0;
    for (const [, from, to] of day.matchAll(/(\d+)(?:–(\d+))?/g)) {
      for (let page = Number(from); page <= Number(to ?? from); page++) {
        const time = minutesOf[page - 1];
        if (time === undefined) throw new Error(`there is no page ${page}`);
        sum += time;
      }
    }
    return sum;
  }
}
