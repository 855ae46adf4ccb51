import { Command } from "commander";
import { preflightLines } from "../../stacks/preflight/check";
import type { WithHosts } from "../main";
import { preflight as look } from "../preflight/preflight";

/** `preflight`: can the stacks be applied? Nothing is changed. */
export const preflight = (withHosts: WithHosts): Command =>
  new Command("preflight")
    .summary("check without changing anything that NAS, nodes and cluster have what the stacks need")
    .option("--json", "every check, as one JSON array")
    .action(({ json }: { json?: boolean }) =>
      withHosts(async (lab) => {
        const checks = await look(lab);
        const missing = checks.filter(({ state }) => state === "missing").length;
        const sum = missing === 0 ? "nothing is missing" : `${missing} of ${checks.length} are missing`;
        const text = [...preflightLines(checks), sum].join("\n");
        process.stdout.write(`${json ? JSON.stringify(checks, null, 2) : text}\n`);
        return missing === 0 ? 0 : 1;
      }),
    );
