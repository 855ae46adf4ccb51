import { rmSync } from "node:fs";

/** Removes what unit-setup.ts made. */
export default function teardown(): void {
  const folder = process.env.TMPDIR;
  if (folder?.includes("/.test-tmp/unit-")) rmSync(folder, { recursive: true, force: true });
}
