import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { blocksOf, scriptOf, writtenFor } from "../../../docs/course/blocks";
import { planned, timesOf } from "../../../docs/course/contents";
import {
  type Language,
  languages,
  lessonNames,
  manifestNames,
  pageNames,
  pagePath,
  readManifest,
  readPage,
  shownManifests,
  upToDate,
} from "../../../docs/course/pages";

const course = join(__dirname, "../../../docs/course");
const shell = (name: string) => blocksOf(readPage("en", name)).map(({ commands }) => commands);

/** In commands, `#` begins a comment and `|` is a pipe. */
const withoutFences = (page: string) => page.replace(/^```[\s\S]*?^```$/gm, "");

/** What the two languages of a page have in the same number, in the same order. */
function outline(page: string) {
  const shape = page.replace(/<!--[\s\S]*?-->/g, "");
  const prose = withoutFences(shape);
  return {
    headings: [...prose.matchAll(/^(#+) /gm)].map(([, level]) => level),
    steps: [...prose.matchAll(/^## (\d+)\. /gm)].map(([, number]) => number),
    tables: [...prose.matchAll(/^\|.*\|$/gm)].map(([row]) => row.split(/(?<!\\)\|/).length),
    numbered: [...prose.matchAll(/^(\d+)\. /gm)].map(([, number]) => number),
    details: prose.match(/<details>/g)?.length ?? 0,
    diagrams: [...shape.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, diagram = ""]) => skeleton(diagram)),
    manifests: shownManifests(page),
    shownOnly: [...shape.matchAll(/^```(?:bash|yaml)\n([\s\S]*?)^```$/gm)].map(([, code]) =>
      code?.replace(/ *#.*$|<[^>]*>/gm, ""),
    ),
  };
}

/** A diagram without its words: its kind, how many lines it has, its boxes and who sends to whom. */
function skeleton(diagram: string) {
  const lines = diagram
    .replace(/"[^"]*"/g, '""')
    .replace(/^\s*%%.*\n/gm, "")
    .trim()
    .split("\n");
  return {
    kind: lines[0],
    lines: lines.length,
    boxes: lines.flatMap((line) => line.match(/\b\w+(?=[[({]+"")/g) ?? []),
    messages: lines.map((line) => /^\s*(\w+)-+(?:>>|\)|x)(\w+):/.exec(line)?.slice(1)),
  };
}

/** The headings that end every lesson, in this order. */
const endings: Record<Language, string[]> = {
  en: ["Check yourself", "Homework", "Clean up", "Common mistakes", "Questions"],
  zh: ["自我检查", "课后作业", "清理", "常见错误", "思考题"],
};
const beginnings: Record<Language, RegExp> = {
  en: /^# .+\n\n\[Contents\]\(README\.md\) · \[中文\]\(\.\.\/zh\/([\w-]+)\.md\)\n\n\*\*Aim\.\*\* [^]+?\n\n\*\*Time\.\*\* (\d+) minutes; the commands alone take (\d+)\.\n\n\*\*Needed\.\*\* /,
  zh: /^# .+\n\n\[目录\]\(README\.md\) · \[English\]\(\.\.\/en\/([\w-]+)\.md\)\n\n\*\*目标。\*\* [^]+?\n\n\*\*时间。\*\* (\d+) 分钟，其中命令运行约 (\d+) 分钟。\n\n\*\*准备。\*\* /,
};

test.each(languages)("%s: the contents name every page, and no other", (language) => {
  const pages = readdirSync(join(course, language)).filter((name) => name.endsWith(".md") && name !== "README.md");
  expect(pages.sort()).toEqual(
    pageNames()
      .map((name) => `${name}.md`)
      .sort(),
  );
});

describe.each(["README", ...pageNames()])("%s", (name) => {
  test("shows its manifests as they are, and the same commands in both languages (npm run handbook)", () => {
    for (const language of languages) expect(readPage(language, name)).toBe(upToDate(language, name));
  });

  test("says the same in both languages: steps, tables, questions, diagrams", () => {
    expect(outline(readPage("zh", name))).toEqual(outline(readPage("en", name)));
  });

  test("its fences are of the known kinds, none indented, and each output is right below its commands", () => {
    for (const language of languages) {
      const page = readPage(language, name);
      const opening = page.replace(/^( *```).+\n[\s\S]*?^ *```$/gm, (fence) => fence.split("\n")[0] ?? "");
      const fences = opening.match(/^.*```.*$/gm) ?? [];
      expect(
        fences.filter((fence) => !/^```(sh|sh fails|text|yaml [\w-]+\.yaml|mermaid|bash|yaml)$/.test(fence)),
      ).toEqual([]);
      const promised = blocksOf(page).filter(({ expected }) => expected !== undefined);
      expect(promised).toHaveLength(page.match(/^```text$/gm)?.length ?? 0);
    }
  });

  test("is translated: no line of prose and no comment of a manifest is the English one", () => {
    const english = /[A-Za-z]+ [a-z]{2,} [a-z]{2,}/;
    const prose = (page: string) =>
      page
        .replace(/<!--[\s\S]*?-->/g, "")
        .replace(/^```(?!mermaid)[^\n]*\n[\s\S]*?^```$/gm, "")
        .split("\n");
    const source = new Set(prose(readPage("en", name)));
    const same = prose(readPage("zh", name)).filter(
      (line) => source.has(line) && english.test(line.replace(/`[^`]*`|\]\([^)]*\)|participant \w+ as /g, "")),
    );
    const comments = manifestNames("zh", name).flatMap((file) =>
      (readManifest("zh", name, file).match(/^\s*# .*$/gm) ?? []).filter((line) => !/\p{Script=Han}/u.test(line)),
    );
    expect([...same, ...comments]).toEqual([]);
  });

  test("every link leads to a file, and to a heading of it", () => {
    for (const language of languages) {
      for (const [, target = "", anchor] of readPage(language, name).matchAll(
        /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g,
      )) {
        const file = target ? join(pagePath(language, name), "..", target) : pagePath(language, name);
        expect([target, existsSync(file)]).toEqual([target, true]);
        if (anchor) expect(anchorsOf(readFileSync(file, "utf8"))).toContain(decodeURIComponent(anchor));
      }
    }
  });
});

test("a heading is none in commands", () => {
  expect(anchorsOf("# A `b`, c\n\n```sh\n# no heading\n```\n\n## 第 1 节\n")).toEqual(["a-b-c", "第-1-节"]);
});

function anchorsOf(page: string): string[] {
  return [...withoutFences(page).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

describe.each(lessonNames())("the lesson %s", (name) => {
  test.each(languages)("%s: has aim, time, what is needed, and ends as all lessons do", (language) => {
    const page = readPage(language, name);
    const [, other] = beginnings[language].exec(page) ?? [];
    expect(other).toBe(name);
    const titles = [...withoutFences(page).matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(titles.slice(-endings[language].length)).toEqual(endings[language]);
    expect(titles.slice(0, -endings[language].length).every((title) => /^\d+\. /.test(title ?? ""))).toBe(true);
  });

  test("has an answer to each question", () => {
    const questions = /^## Questions\n([^]*?)<details>([^]*?)<\/details>/m.exec(readPage("en", name)) ?? [];
    const [asked, answered] = questions.slice(1).map((part) => part.match(/^\d+\. /gm));
    expect(asked?.length).toBeGreaterThan(1);
    expect(answered).toEqual(asked);
  });

  test("its check and its homework's are run, and pass", () => {
    const promised = blocksOf(readPage("en", name)).map(({ commands, expected }) => `${commands}${expected ?? ""}`);
    for (const check of [`docs/course/check ${name}`, `docs/course/check ${name} homework`]) {
      const end = `${check.replace("docs/course/check ", "")}: all`;
      expect(promised.filter((block) => block.includes(`${check}\n`) && block.includes(end))).toHaveLength(1);
    }
  });

  test("its commands are a shell's", () => {
    const script = scriptOf(blocksOf(readPage("en", name)), "mark");
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" }).stderr).toBe("");
  });

  test("its commands carry the student's own name", () => {
    expect(shell(name).filter((commands) => new RegExp(`\\b${writtenFor}\\b`).test(commands))).toEqual([]);
  });

  test("every wait has an end", () => {
    const lines = shell(name).flatMap((commands) => commands.split("\n"));
    const endless = lines.filter(
      (line) =>
        (/\bkubectl (wait|rollout status|delete|drain)\b/.test(line) && !/--timeout[= ]|--wait=false/.test(line)) ||
        (/\b(until|while)\b/.test(line) && !/\btimeout \d/.test(line)) ||
        (/ (-w|--watch|-f|--follow)\b/.test(line) && /kubectl (get|logs)/.test(line) && !/\btimeout \d/.test(line)),
    );
    expect(endless).toEqual([]);
  });

  test("its manifests are files: block YAML with comments, of one meaning in both languages, all applied by its commands", () => {
    const files = manifestNames("en", name);
    expect(manifestNames("zh", name)).toEqual(files);
    expect(shell(name).join("")).not.toMatch(/<<-?\s*['"]?\w+/);
    for (const file of files) {
      const [en, zh] = languages.map((language) => readManifest(language, name, file)) as [string, string];
      const [meaning, chinese] = [en, zh].map((text) => parseAllDocuments(text).map((each) => each.toJS() as unknown));
      expect(chinese).toEqual(meaning);
      for (const text of [en, zh]) {
        expect(text).toMatch(/^\s*# /m);
        expect(text.replace(/#.*$/gm, "")).not.toMatch(/: [[{](?![\]}])/);
      }
      expect([file, shell(name).some((commands) => commands.includes(`work/$ME/${name}/${file}`))]).toEqual([
        file,
        true,
      ]);
    }
    expect([...shownManifests(readPage("en", name))].sort()).toEqual(files);
  });
});

test.each(languages)(
  "%s: no day of a plan has more than five hours of pages, and the longest plan has every page",
  (language) => {
    const times = lessonNames().map((name) => timesOf(language, readPage(language, name)).all);
    const plans = planned(readPage(language, "README"), times);
    expect(plans.map(([, days]) => days.length)).toEqual([1, 2, 4]);
    for (const [title, days] of plans)
      for (const minutes of days) expect([title, minutes > 120 && minutes <= 300]).toEqual([title, true]);
    const whole = plans.at(-1)?.[1].reduce((sum, day) => sum + day, 0);
    expect(whole).toBe(times.reduce((sum, time) => sum + time, 0));
  },
);

test("every check is a page's, and the exam's alone has no homework", () => {
  const checks = readdirSync(join(course, "checks"));
  expect(checks).toEqual([...lessonNames(), "exam"].map((name) => `${name}.sh`).sort());
  const parts = (file: string) =>
    readFileSync(join(course, "checks", file), "utf8").match(/^(page|homework)(?=\(\) \{$)/gm);
  for (const file of checks)
    expect([file, parts(file)]).toEqual([file, file === "exam.sh" ? ["page"] : ["page", "homework"]]);
});

test("every folder next to the pages is a page's", () => {
  const folders = languages.flatMap((language) =>
    readdirSync(join(course, language)).filter((each) => statSync(join(course, language, each)).isDirectory()),
  );
  expect(folders.filter((folder) => !pageNames().includes(folder))).toEqual([]);
});
