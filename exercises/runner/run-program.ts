import { createInterface } from "node:readline/promises";
import { type Command, CommanderError } from "commander";
import { Failure, WrongUse } from "./failure";

/**
 * Runs a program of this folder on the command line's arguments and ends the process with its exit code: what `run`
 * returns, 1 when it fails, 2 for wrong usage. Errors are printed as a message and a remedy.
 */
export function runProgram(program: Command, run: () => Promise<number>): void {
  main(program, run).then(
    (code) => process.exit(code),
    (error: unknown) => {
      const failure = error instanceof Failure ? error : new Failure((error as Error).message);
      process.stderr.write(failure.text);
      process.exit(failure.exitCode);
    },
  );
}

async function main(program: Command, run: () => Promise<number>): Promise<number> {
  try {
    program.exitOverride().parse(process.argv.slice(2), { from: "user" });
  } catch (error) {
    // Commander has said what is wrong, or shown its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return run();
}

/**
 * Asks before something is done that cannot be undone.
 *
 * @param what The sentence that says what is done.
 * @param word What the user types to agree.
 * @param unasked How to do it where nobody can be asked.
 * @throws {@link WrongUse} where nobody is there, {@link Failure} where the user does not agree.
 */
export async function confirm(what: string, word: string, unasked: string): Promise<void> {
  if (!process.stdin.isTTY) throw new WrongUse(`${what} Nobody is there to ask.`, unasked);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await terminal.question(`${what}\nType "${word}" to go on: `);
    if (said.trim() !== word) throw new Failure("Nothing was changed.");
  } finally {
    terminal.close();
  }
}
