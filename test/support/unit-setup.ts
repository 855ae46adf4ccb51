import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** All that the tests write, and the programs that they start, stays in the clone; see unit-teardown.ts. */
export default function setup(): void {
  const folder = join(root, ".test-tmp");
  mkdirSync(folder, { recursive: true });
  // A folder of its own for each run: two of them may be under way.
  const own = mkdtempSync(join(folder, "unit-"));
  mkdirSync(join(own, "home"));
  process.env.TMPDIR = own;
  process.env.HOME = join(own, "home");
  // Go's, which would be in HOME; it makes all but the first run shorter.
  process.env.GOCACHE = join(root, "node_modules", ".cache", "go-build");
  // No cluster of this machine.
  for (const name of ["KUBECONFIG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"])
    delete process.env[name];
}
