import { Command } from "commander";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab preflight`: can the stacks be applied? Nothing is changed. */
export const preflight = (lab: () => Lab): Command =>
  new Command("preflight")
    .summary("check without changing anything that NAS, nodes and cluster have what the stacks need")
    .option("--json", "every check, as one JSON array")
    .action(({ json }: { json?: boolean }) => operate(lab(), "preflight", { json }));
