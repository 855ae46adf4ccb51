import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

/** Temporary files of the tests, and of the programs that they start, stay in the clone; see unit-teardown.ts. */
export default function setup(): void {
  const folder = join(__dirname, "../../.test-tmp");
  mkdirSync(folder, { recursive: true });
  // A folder of its own for each run: two of them may be under way.
  process.env.TMPDIR = mkdtempSync(join(folder, "unit-"));
}
