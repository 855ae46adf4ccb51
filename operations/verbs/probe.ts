import { Command } from "commander";
import type { WithLab } from "../main";
import { findingLine, type Finding } from "../probe/finding";
import { probe as look } from "../probe/probe";

/** `probe`: is all as it should be? Nothing is changed. */
export const probe = (withLab: WithLab): Command =>
  new Command("probe")
    .summary("check without changing anything that all hosts and objects are as declared, and work")
    .option("--json", "every finding, as one JSON array")
    .option("--all", "one line for every finding, and not only for those that failed")
    .action(({ json, all }: { json?: boolean; all?: boolean }) =>
      withLab(async (lab) => {
        const findings = await look(lab);
        const reported = findings.map(({ id, title, passed, reason, remedy }) => ({
          id,
          title,
          passed,
          reason,
          remedy,
        }));
        process.stdout.write(json ? `${JSON.stringify(reported, null, 2)}\n` : text(findings, all === true));
        return findings.every(({ passed }) => passed) ? 0 : 1;
      }),
    );

/** What failed, and how much did not. */
function text(findings: Finding[], all: boolean): string {
  const wrong = findings.filter(({ passed }) => !passed);
  const good = findings.length - wrong.length;
  const lines = (all ? findings : wrong).map(findingLine);
  const next = wrong.length > 0 ? ["→ What can come back without you, up brings back"] : [];
  return `${[...lines, `${good} of ${findings.length} checks passed`, ...next].join("\n")}\n`;
}
