import { spawnSync } from "node:child_process";
import { blocksOf, errorIn, isAsPromised, scriptOf, withFencesOf } from "../../../docs/course/blocks";

describe("blocks", () => {
  const page =
    "# T\n\n```sh\necho a\n```\n\n```text\na\n```\n\nwords\n\n```text\nan error\n```\n\n```sh fails\nfalse\n```\n";

  test("have their line, their commands and the output right below them", () => {
    expect(blocksOf(page)).toEqual([
      { line: 4, commands: "echo a\n", fails: false, expected: "a\n" },
      { line: 18, commands: "false\n", fails: true },
    ]);
  });

  test("are copied into the other language's page", () => {
    const other = "# 题\n\n```sh\n```\n\n```text\n```\n\n字\n\n```text\n```\n\n```sh\n```\n";
    expect(withFencesOf(page, other)).toBe(page.replace("# T", "# 题").replace("words", "字"));
    expect(() => withFencesOf(page, "# 题\n")).toThrow("it has 0 fences sh and text where its source has 4");
  });
});

test.each([
  ["NAME  STATUS\nx     Bound\n", "NAME   STATUS\nx   Bound\n\n", true],
  ["x … Bound", "x pv-1 64Mi Bound", true],
  ["x … Bound", "x pv-1 64Mi Pending", false],
  ["x … Bound", "x Bound", true],
  ["x … Bound", "xBound", false],
  ["Bound …", "Bound", true],
  ["pvc-…-0", "pvc-1a-0", true],
  ["first\n…\nlast", "first\nlast", true],
  ["first\n…\nlast", "first\n1\n2\nlast", true],
  ["first\n…\nlast", "first\n1\n2\n", false],
  ["a.c (x)", "abc (x)", false],
  ["one", "one\ntwo", false],
  ["", "something", false],
])("promised %j, printed %j: %p", (expected, output, fits) => {
  expect(isAsPromised(expected, output)).toBe(fits);
});

describe("a run", () => {
  const run = (page: string, student?: string) => {
    const blocks = blocksOf(page);
    const { stdout } = spawnSync("bash", ["-c", scriptOf(blocks, "== 1")], { encoding: "utf8" });
    return errorIn(blocks, stdout, "== 1", student);
  };
  const sh = (commands: string, how = "") => `\`\`\`sh${how}\n${commands}\n\`\`\`\n`;
  const text = (output: string) => `\`\`\`text\n${output}\n\`\`\`\n`;

  test("with every block as promised has no error; variables live on", () => {
    expect(
      run(sh("a=1") + sh("echo $a") + text("1") + sh("ls /none", " fails") + text("ls: …") + sh("true")),
    ).toBeUndefined();
  });

  test("is not judged by what kubectl's library logs of its watches", () => {
    const log = `I1127 07:58:31.074162    7408 reflector.go:664] "Warning: watch ended with error" err="x"`;
    expect(run(sh(`echo a; echo '${log}' >&2; echo b`) + text("a\nb"))).toBeUndefined();
  });

  test("names the block that ended badly, and what it printed", () => {
    expect(run(sh("echo a") + sh("echo b; false; echo c"))).toBe(
      "line 5:\necho b; false; echo c\nprinted:\nb\nand ended with an error",
    );
  });

  test("names the block that should have failed", () => {
    expect(run(sh("echo a", " fails"))).toContain("and ended well, where it must fail");
  });

  test("names the block that printed something else", () => {
    expect(run(sh("echo a") + text("b"))).toBe("line 2:\necho a\nprinted:\na\nwhere the page promises:\nb\n");
  });

  test("prints the student's own name where the page has that of the one it is written for", () => {
    expect(run(sh("echo handbook-pair") + text("handbook-pair"))).toBeUndefined();
    expect(run(sh("echo anna1-pair") + text("handbook-pair"), "anna1")).toBeUndefined();
    expect(run(sh("echo handbook-pair") + text("handbook-pair"), "anna1")).toContain("promises:\nanna1-pair");
  });
});
