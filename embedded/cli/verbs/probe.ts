import { Command } from "commander";
import { ChildFailed } from "../explain-error";
import type { Lab } from "../lab";
import { line, probe as look } from "../probe-lab";

/** `./lab probe`: is all as it should be? Nothing is changed. */
export const probe = (lab: () => Lab): Command =>
  new Command("probe")
    .summary("check without changing anything: ready, bound, mounted over NFS, DNS answers, NAS as configured")
    .option("--json", "as one JSON array")
    .action(async ({ json }: { json?: boolean }) => {
      const here = lab();
      const { facts } = await here.running();
      const findings = await look(here, facts);
      process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : `${findings.map(line).join("\n")}\n`);
      if (findings.some((finding) => !finding.passed)) throw new ChildFailed(1);
    });
