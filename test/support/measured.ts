import { mkdirSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../embedded/cli/lab-files";

/**
 * Keeps a figure in `reports/figures.txt`. Times are no assertions: these depend on what else the machine does; see
 * docs/performance.md for what they were on a quiet one.
 */
export function measured(what: string, value: number, unit = "s"): void {
  const reports = join(projectRoot, "reports");
  mkdirSync(reports, { recursive: true });
  appendFileSync(join(reports, "figures.txt"), `${what}: ${value.toFixed(unit === "s" ? 1 : 0)} ${unit}\n`);
}
