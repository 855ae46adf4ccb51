import { CommanderError } from "commander";
import type { Lab } from "../../../../embedded/cli/lab";
import { program } from "../../../../embedded/cli/program";

const noLab = (): Lab => {
  throw new Error("this must not need a lab");
};

/** Parses a command line, with what it would print. */
async function parse(...words: string[]): Promise<{ output: string; error: unknown }> {
  let output = "";
  const command = program(noLab);
  for (const c of [command, ...command.commands]) {
    c.configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (output += text) });
  }
  const error: unknown = await command.parseAsync(words, { from: "user" }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { output, error };
}

test("help names every verb and needs no lab", async () => {
  const { output, error } = await parse("--help");
  const verbs = "up down destroy purge status probe verify repair-volume reset test exec shell ssh env doctor".split(
    " ",
  );
  for (const verb of verbs) expect(output).toMatch(new RegExp(`^  ${verb}\\b`, "m"));
  expect(error).toMatchObject({ exitCode: 0 });
});

test.each([
  ["class", "./storage-lab class up --help"],
  ["grade", "./storage-lab grade --help"],
])("help of %s says where its options are listed, and needs no lab", async (verb, where) => {
  let output = "";
  const command = program(noLab);
  for (const c of [command, ...command.commands]) c.configureOutput({ writeOut: (text) => (output += text) });
  await expect(command.parseAsync([verb, "--help"], { from: "user" })).rejects.toMatchObject({ exitCode: 0 });
  expect(output).toContain(where);
});

test("help of a verb of a class waits for no class up that is running", async () => {
  const locked = jest.fn();
  const lab = {
    running: () => Promise.resolve({ facts: {}, environment: {} }),
    files: { home: "/none" },
    locked,
    sandbox: { enter: () => ["true"] },
  } as unknown as Lab;
  await program(() => lab).parseAsync(["class", "up", "--help"], { from: "user" });
  expect(locked).not.toHaveBeenCalled();
  await program(() => lab).parseAsync(["class", "up"], { from: "user" });
  expect(locked).toHaveBeenCalledTimes(1);
});

test.each([
  ["an unknown verb", ["fly"]],
  ["an unknown option", ["up", "--fast"]],
  ["ssh without a host", ["ssh"]],
  ["repair-volume without a volume", ["repair-volume"]],
  ["reset of no section", ["reset", "--section"]],
  ["exec without a command", ["exec"]],
  ["an unknown kind of test", ["test", "chaos"]],
])("%s is wrong use", async (_what, words) => {
  const { error } = await parse(...words);
  expect(error).toBeInstanceOf(CommanderError);
  expect((error as CommanderError).exitCode).not.toBe(0);
});
