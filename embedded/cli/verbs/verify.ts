import { Command } from "commander";
import { atOnceDefault } from "../../../exercises/runner/run-exercises";
import { exercisesCommand } from "../exercises-command";
import type { Lab } from "../lab";
import { handOver } from "../spawn";

interface Options {
  json?: boolean;
  junit?: string;
  list?: boolean;
  only?: string[];
  section?: string[];
  atOnce?: string;
}

/** `./lab verify`: the course's exercises, which write, delete and restore. */
export const verify = (lab: () => Lab): Command =>
  new Command("verify")
    .summary("run the course's exercises and print their evidence")
    .option("--json", "as one JSON object")
    .option("--junit <file>", "also write a JUnit report")
    .option("--only <id...>", "only these exercises")
    .option("--section <name...>", "only the exercises of these sections (--list names them)")
    .option("--at-once <count>", `how many run at the same time (default: ${atOnceDefault})`)
    .option("--list", "list the exercises and run none")
    .action(async (options: Options) => {
      const here = lab();
      const { facts } = await here.running();
      const flags = [
        ...(options.json ? ["--json"] : []),
        ...(options.list ? ["--list"] : []),
        ...(options.junit === undefined ? [] : ["--junit", options.junit]),
        ...(options.only ? ["--only", ...options.only] : []),
        ...(options.section ? ["--section", ...options.section] : []),
        ...(options.atOnce === undefined ? [] : ["--at-once", options.atOnce]),
      ];
      const command = exercisesCommand(here, facts, flags);
      await here.locked("verify", () => handOver(command, { env: { KUBECONFIG: facts.kubeconfig } }));
    });
