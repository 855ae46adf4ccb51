/** A file below a student's directory. */
export interface NasFile {
  /** From the directory that was looked at. */
  path: string;
  size: number;
  /** When its content changed last, and when anything of it did, which nobody can set: seconds since 1970, by the NAS's clock. */
  modified: number;
  changed: number;
  uid: number;
}

/** What a look at a directory has shown. */
export interface NasLook {
  files: NasFile[];
  /** Paths of the files that the value is in. */
  holding: string[];
  /** The NAS's clock: seconds since 1970. */
  now: number;
}

/** A directory of the student that is behind a claim. */
export interface NasDirectory {
  /** Below the student's own: `own-1`, `claims/data-store-0`. */
  directory: string;
  /** A claim by which a pod can mount it. */
  claim: string;
}

/** Looks at directories where the data are, past what pods say of them. */
export interface Nas {
  /**
   * @param value Of letters, digits and "-".
   * @throws Where nobody can look: then it could not be graded.
   */
  look(directory: NasDirectory, value: string, signal: AbortSignal): Promise<NasLook>;
}

/** How deep and how many files are looked at, and how large one may be that is searched. */
const DEPTH = 4;
const MOST = 2000;
const LARGEST = "65536k";

/** What stands between the parts of the script's answer, and ends them: without it the look was cut off. */
const MARK = "## storage-lab";

/**
 * The script of a look at the current directory, for GNU and busybox. No link is followed: students make them.
 *
 * @param clock Prints the NAS's clock.
 */
export function lookScript(value: string, clock: string): string {
  if (!/^[\w-]+$/.test(value)) throw new Error(`${value} is no value to look for`);
  return [
    "set -u",
    clock,
    `echo '${MARK}'`,
    // One line a file; what has a newline in its name is left out.
    `find . -xdev -maxdepth ${DEPTH} -type f ! -name '*
*' -exec stat -c '%s %Y %Z %u %n' {} + 2>/dev/null | head -n ${MOST}`,
    `echo '${MARK}'`,
    // busybox's grep reads a line to its first NUL.
    `find . -xdev -maxdepth ${DEPTH} -type f ! -name '*
*' -size -${LARGEST} -exec sh -c 'for file; do tr "\\000" "\\n" <"$file" | grep -qF -e "$0" && echo "$file"; done' '${value}' {} + 2>/dev/null | head -n ${MOST}`,
    `echo '${MARK}'`,
    "echo end",
  ].join("\n");
}

/** What the script has printed; undefined where it was cut off. */
export function readLook(output: string): NasLook | undefined {
  const [clock, files, holding, end] = output.split(`${MARK}\n`);
  const now = Number(clock?.trim().split("\n").at(-1));
  if (files === undefined || holding === undefined || !end?.startsWith("end") || !Number.isFinite(now) || now === 0)
    return undefined;
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");
  return {
    now,
    holding: lines(holding).map(tidy),
    files: lines(files).flatMap((line) => {
      const [, size, modified, changed, uid, path] = /^(\d+) (\d+) (\d+) (\d+) (.*)$/.exec(line) ?? [];
      if (path === undefined) return [];
      return [
        {
          path: tidy(path),
          size: Number(size),
          modified: Number(modified),
          changed: Number(changed),
          uid: Number(uid),
        },
      ];
    }),
  };
}

const tidy = (path: string) => path.replace(/^\.\//, "");
