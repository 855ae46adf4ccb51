import { Failure } from "./failure";
import type { Settings } from "./settings";

/**
 * Compares a directory's mode with the one asked for, if one was.
 * @param path Where the directory is on the NAS.
 * @param mode Its mode as octal digits, as `stat -c %a` prints it.
 */
export function checkMode(settings: Settings, path: string, mode: string): void {
  const expected = settings.expectedModes?.[path];
  if (expected === undefined || parseInt(mode, 8) === parseInt(expected, 8)) return;
  throw new Failure(
    `the directory ${path} on the NAS has mode ${mode}, not ${expected}: someone changed it by hand`,
    "raise `generation` in the stack's config and bring it up again",
  );
}
