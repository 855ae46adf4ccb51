import { type Command, CommanderError } from "commander";
import { Failure, WrongUse } from "./failure";

/**
 * Runs a program of this folder on the command line's arguments and ends the process with its exit code: what `run`
 * answers, 1 when it fails, 2 for wrong use. Errors are printed as a message and a remedy.
 */
export function runProgram(program: Command, run: () => Promise<number>): void {
  main(program, run).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(`error: ${(error as Error).message}`);
      if (error instanceof Failure && error.remedy) console.error(error.remedy);
      process.exit(error instanceof WrongUse ? 2 : 1);
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
