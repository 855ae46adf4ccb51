import { Command } from "commander";
import { exercisesCommand } from "../exercises";
import type { Lab } from "../lab";
import { handOver } from "../spawn";

interface Options {
  json?: boolean;
  junit?: string;
  list?: boolean;
  only?: string[];
}

/** `./lab verify`: the course's exercises, which write, delete and restore. */
export const verify = (lab: () => Lab): Command =>
  new Command("verify")
    .summary("run the course's exercises and print their evidence")
    .option("--json", "as one JSON object")
    .option("--junit <file>", "also write a JUnit report")
    .option("--only <id...>", "only these exercises")
    .option("--list", "say which there are")
    .action(async (options: Options) => {
      const here = lab();
      const { facts } = await here.running();
      const flags = [
        ...(options.json ? ["--json"] : []),
        ...(options.list ? ["--list"] : []),
        ...(options.junit === undefined ? [] : ["--junit", options.junit]),
        ...(options.only ? ["--only", ...options.only] : []),
      ];
      const command = exercisesCommand(here, facts, flags);
      await here.locked("verify", () => handOver(command, { env: { KUBECONFIG: facts.kubeconfig } }));
    });
