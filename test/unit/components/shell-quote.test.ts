import { execFileSync } from "node:child_process";
import { assignments, shellQuote } from "../../../components/nfs/shell-quote";

const NASTY = [
  "",
  " ",
  "plain",
  "it's",
  "''",
  "'\\''",
  '"double"',
  "$HOME ${HOME} $(id) `id`",
  "a\nb\n\n",
  "\ttab\r",
  "\\",
  "\\n",
  "!history",
  "*?[a-z]{1,2}",
  "~root",
  "-n",
  "; rm -rf /tmp/nothing #",
  "石七的存储课程 ✓",
  "\u0001\u007f",
];

/** What bash makes of a word. */
function throughBash(script: string): string {
  return execFileSync("bash", ["-c", script], { encoding: "utf8" });
}

test.each(NASTY)("bash reads %j back as it was", (text) => {
  expect(throughBash(`printf '%s|' ${shellQuote(text)}`)).toBe(`${text}|`);
});

test("random text survives bash", () => {
  const alphabet = [..."'\"\\$`!*?~#;&|<>(){}[] \n\tab€"];
  const texts = Array.from({ length: 300 }, (_, i) =>
    Array.from({ length: i % 23 }, (_, j) => alphabet[(i * 7919 + j * 104729 + i * j * 31) % alphabet.length]).join(""),
  );
  const read = throughBash(`printf '%s\\0' ${texts.map(shellQuote).join(" ")}`);
  expect(read.split("\0").slice(0, -1)).toEqual(texts);
});

test("lists become arrays that keep every element", () => {
  const script = `${assignments({ LIST: NASTY, COUNT: 3, YES: true })}printf '%s\\0' "$COUNT" "$YES" "\${LIST[@]}"`;
  expect(throughBash(script).split("\0").slice(0, -1)).toEqual(["3", "true", ...NASTY]);
});

test("a NUL character is refused", () => {
  expect(() => shellQuote("a\0b")).toThrow("NUL");
});

test.each(["lower", "A B", "A;B", "1A", ""])("%j is refused as a name", (name) => {
  expect(() => assignments({ [name]: "x" })).toThrow("not a name");
});
