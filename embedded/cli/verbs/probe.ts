import { Command } from "commander";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab probe`: is all as it should be? Nothing is changed. */
export const probe = (lab: () => Lab): Command =>
  new Command("probe")
    .summary("check without changing anything that all hosts and objects are as declared, and work")
    .option("--json", "every finding, as one JSON array")
    .option("--all", "one line for every finding, and not only for those that failed")
    .action(({ json, all }: { json?: boolean; all?: boolean }) => operate(lab(), "probe", { json, all }));
