import { terms } from "../../../docs/course/glossary";
import { type Language, languages, manifestNames, pageNames, readManifest, readPage } from "../../../docs/course/pages";

/** What is read as prose: no code, no commands, no addresses; of a manifest, its comments. */
function prose(page: string): string {
  return page
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^```mermaid\n([\s\S]*?)^```$/gm, (_, diagram: string) => diagram.replace(/^%%.*$/gm, ""))
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`]*`/g, "")
    .replace(/\]\([^)]*\)/g, "]");
}

const comments = (manifest: string) => [...manifest.matchAll(/#(.*)$/gm)].map(([, text]) => text).join("\n");

/** The lines of `text` that have one of the language's forbidden variants. */
function variants(language: Language, text: string): string[] {
  const forbidden = terms().flatMap((term) => term.forbidden?.[language] ?? []);
  return text.split("\n").flatMap((line) =>
    forbidden.flatMap((variant) => {
      const found = new RegExp(variant, "i").exec(line);
      return found ? [`${found[0]}: ${line.trim()}`] : [];
    }),
  );
}

describe.each(languages)("%s", (language) => {
  test.each(pageNames().filter((name) => name !== "glossary"))("%s: uses the glossary's terms", (name) => {
    const texts = [
      prose(readPage(language, name)),
      ...manifestNames(language, name).map((file) => comments(readManifest(language, name, file))),
    ];
    expect(texts.flatMap((text) => variants(language, text))).toEqual([]);
  });
});

test.each(pageNames())(
  "zh/%s: has full-width punctuation next to Chinese characters, and quotation marks “ ”",
  (name) => {
    const text = prose(readPage("zh", name))
      .replace(/<[^>]*>/g, "")
      .replace(/\["[^\]]*"\]/g, "");
    const wrong = text.split("\n").filter((line) => /\p{Script=Han}[,;:?!"]|[,;?!"]\p{Script=Han}/u.test(line));
    expect(wrong).toEqual([]);
  },
);

test.each(pageNames())(
  "zh/%s: a paragraph is one line, since a line break would be a blank between two characters",
  (name) => {
    const lines = prose(readPage("zh", name)).split("\n");
    const broken = lines.filter(
      (line, index) =>
        /^(?![|#<>*-]|\d+\. |\[)\S/.test(line) &&
        /\p{Script=Han}|\p{P}$/u.test(lines[index - 1] ?? "") &&
        !/^[|#<]/.test(lines[index - 1] ?? ""),
    );
    expect(broken).toEqual([]);
  },
);

test("a forbidden variant is found", () => {
  expect(variants("zh", "这个供应器")).toHaveLength(2); // 供应 and 供应器
  expect(variants("en", "Delete the claim.")).toHaveLength(1);
  expect(variants("en", "Delete the PVC.")).toEqual([]);
});
