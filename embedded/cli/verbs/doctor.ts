import { Command } from "commander";
import { allRequirements, installable, installMissing } from "../machine-requirements";
import { ChildFailed } from "../child-failed";
import type { Lab } from "../lab";

/** `./lab doctor`: what this machine has and lacks, and which engine and plugins the lab uses. */
export const doctor = (lab: () => Lab): Command =>
  new Command("doctor")
    .summary("check this machine; say which engine and plugins are in use")
    .option("--json", "as one JSON array")
    .option("--install", "install the Debian packages that are missing, as ./lab up does")
    .action(async ({ json, install }: { json?: boolean; install?: boolean }) => {
      const here = lab();
      if (install) await installMissing(here, await allRequirements(here));
      const found = await allRequirements(here);
      if (json) {
        process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
      } else {
        for (const check of found) {
          const remedy = installable(check) ? "./lab up installs it" : check.remedy;
          process.stdout.write(`${check.ok ? "✓" : "✗"} ${check.name}: ${check.found}\n`);
          if (!check.ok) process.stdout.write(`    → ${remedy}\n`);
        }
      }
      if (found.some((check) => !check.ok && !installable(check))) throw new ChildFailed(1);
    });
