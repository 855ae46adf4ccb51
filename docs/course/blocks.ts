/** A page is written for this student: in outputs and manifests the word stands for the name of whoever works on it. */
export const writtenFor = "handbook";

/** Commands of a page, in a fence `sh`, or `sh fails` when the last of them must end with an error. */
export interface Block {
  /** Line of the page on which the commands begin. */
  line: number;
  commands: string;
  fails: boolean;
  /** What they print: the fence `text` right below. Undefined when the page promises nothing. */
  expected?: string;
}

const shared = /^```(sh|text)( fails)?\n([\s\S]*?)^```$/gm;

/** The command blocks of a page, from top to bottom. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let end = -1;
  for (const fence of page.matchAll(shared)) {
    const [all, language, fails, content = ""] = fence;
    const previous = blocks.at(-1);
    if (language === "sh") {
      blocks.push({ line: lineOf(page, fence.index) + 1, commands: content, fails: fails !== undefined });
    } else if (previous && page.slice(end, fence.index).trim() === "") {
      previous.expected = content;
    }
    end = fence.index + all.length;
  }
  return blocks;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** The fences that both languages have in common, as they stand in the page. */
export function sharedFences(page: string): string[] {
  return [...page.matchAll(shared)].map(([fence]) => fence);
}

/** The page with its shared fences replaced, one for one, by those of `source`. */
export function withFencesOf(source: string, page: string): string {
  const fences = sharedFences(source);
  const found = sharedFences(page).length;
  if (found !== fences.length)
    throw new Error(`it has ${found} fences sh and text where its source has ${fences.length}`);
  let next = 0;
  return page.replace(shared, () => fences[next++] as string);
}

/**
 * Whether output is what a page promises. `…` stands for anything within a line, also for no word, a line `…`
 * for any number of lines; blanks count as one, blank lines not at all.
 */
export function isAsPromised(expected: string, output: string): boolean {
  const pattern = lines(expected).map((line) =>
    line === "…"
      ? "(?:.*\n)*"
      : `${literal(line)
          .replace(/ …(?= |$)/g, "(?: .*)?")
          .replaceAll("…", ".*")}\n`,
  );
  return new RegExp(`^${pattern.join("")}$`).test(
    lines(output)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim().replace(/\s+/g, " "))
    .filter((line) => line !== "");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** What a page promises to another student. */
export function promisedTo(student: string, expected: string): string {
  return expected.replace(new RegExp(`\\b${writtenFor}\\b`, "g"), student);
}

/** One shell script of all blocks: variables live on from block to block; `mark` and a number begin each block's output. */
export function scriptOf(blocks: Block[], mark: string): string {
  const parts = blocks.map(({ commands, fails }, index) =>
    [begin(mark, index), fails ? `set +e\n${commands}error=$?; set -e; [ $error != 0 ]` : commands.trimEnd()].join(
      "\n",
    ),
  );
  return ["set -e", "exec 2>&1", ...parts, begin(mark, "end"), ""].join("\n");
}

/** On a line of its own, also after output without an end of line. */
function begin(mark: string, what: number | "end"): string {
  return `printf '\\n%s\\n' '${mark} ${what}'`;
}

/** What kubectl's library logs of a watch that it begins anew, as on a machine that is busy; the command goes on. */
const CLIENT_LOG = /^[IW]\d{4} \S+ +\d+ reflector\.go:\d+\] .*\n/gm;

/** What is wrong with a run of {@link scriptOf}: the first block that ended badly or printed something else. */
export function errorIn(
  blocks: Block[],
  output: string,
  mark: string,
  student: string = writtenFor,
): string | undefined {
  const [, ...parts] = output.replace(CLIENT_LOG, "").split(new RegExp(`^${literal(mark)} (?:\\d+|end)\n`, "m"));
  for (const [index, block] of blocks.entries()) {
    const printed = `${(parts[index] ?? "").trimEnd()}\n`;
    const where = `line ${block.line}:\n${block.commands}printed:\n${printed}`;
    if (parts.length <= index + 1)
      return `${where}and ended ${block.fails ? "well, where it must fail" : "with an error"}`;
    const expected = block.expected === undefined ? undefined : promisedTo(student, block.expected);
    if (expected !== undefined && !isAsPromised(expected, printed)) {
      return `${where}where the page promises:\n${expected}`;
    }
  }
  return undefined;
}
