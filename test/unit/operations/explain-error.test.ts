import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { Failure, WrongUse } from "../../../exercises/runner/failure";
import { explain } from "../../../operations/explain-error";

const noLogs = () => {
  throw new Error("there is no home");
};

test("an error that the user can fix is its message and its remedy", () => {
  expect(explain(new Failure("No root.", "sudo ./lab up"), noLogs)).toEqual({
    text: "error: No root.\n  → sudo ./lab up\n",
    exitCode: 1,
  });
});

test("wrong use ends with 2", () => {
  expect(explain(new WrongUse("No such host."), noLogs).exitCode).toBe(2);
  expect(explain(new CommanderError(1, "commander.unknownOption", "unknown"), noLogs).exitCode).toBe(2);
});

test("help ends with 0", () => {
  expect(explain(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"), noLogs).exitCode).toBe(0);
});

describe("an unexpected error", () => {
  test("is one sentence on the screen; its stack is in a file", () => {
    const logs = mkdtempSync(join(tmpdir(), "errors-"));
    const { text, exitCode } = explain(new TypeError("x is not a function\nmore"), () => logs);
    const [, file = ""] = /Details are in (\S+)/.exec(text) ?? [];
    expect(exitCode).toBe(1);
    expect(text).toContain("error: unexpected: x is not a function\n");
    expect(text).not.toContain("    at ");
    expect(file.startsWith(logs)).toBe(true);
    expect(readFileSync(file, "utf8")).toContain("    at ");
    // The command line is in it, and whatever the error quotes.
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(logs, { recursive: true });
  });

  test("is kept elsewhere when there is no home", () => {
    const { text } = explain(new Error("odd"), noLogs);
    const [, file = ""] = /Details are in (\S+)/.exec(text) ?? [];
    expect(file.startsWith(tmpdir())).toBe(true);
    rmSync(file);
  });
});
