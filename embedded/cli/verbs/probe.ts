import { Command } from "commander";
import { ChildFailed } from "../explain-error";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab probe`: is all as it should be? Nothing is changed. */
export const probe = (lab: () => Lab): Command =>
  new Command("probe")
    .summary("check without changing anything that all hosts and objects are as declared, and work")
    .option("--json", "every finding, as one JSON array")
    .option("--all", "one line for every finding, and not only for those that failed")
    .action(async ({ json, all }: { json?: boolean; all?: boolean }) => {
      const here = lab();
      const { facts, environment } = await here.running();
      const flags = [...(json ? ["--json"] : []), ...(all ? ["--all"] : [])];
      const exitCode = await operate(here, facts, environment, ["probe", ...flags]);
      if (exitCode !== 0) throw new ChildFailed(exitCode);
    });
