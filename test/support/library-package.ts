import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../embedded/cli/lab-files";

const run = promisify(execFile);

/** Runs a program to its end; what it said is in the error when it fails. */
async function command(cwd: string, program: string, ...words: string[]): Promise<string> {
  try {
    const { stdout } = await run(program, words, { cwd, maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${words.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

export const npm = (cwd: string, ...words: string[]): Promise<string> => command(cwd, "npm", ...words);

/** The compiler of this repository, run over the project of another folder. */
export const tsc = (cwd: string, ...words: string[]): Promise<string> =>
  command(cwd, join(projectRoot, "node_modules/.bin/tsc"), ...words);

/** All files that git knows, as they are in this clone now: what a clone of the next commit has, and nothing built. */
export async function freshClone(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const script = 'git ls-files -z | tar --create --null --files-from=- | tar --extract --directory="$1"';
  await command(projectRoot, "bash", "-o", "pipefail", "-c", script, "bash", folder);
}

export interface Packed {
  /** The tarball. */
  file: string;
  /** Its size in bytes. */
  size: number;
  /** The files in it, as seen from its folder. */
  files: string[];
}

/** `npm pack` of the components, in a copy of this clone below `folder`, so that nothing is built here. */
export async function pack(folder: string): Promise<Packed> {
  const copy = join(folder, "sources");
  await freshClone(copy);
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  const printed = await npm(join(copy, "components"), "pack", "--json", "--pack-destination", folder);
  const [made] = JSON.parse(printed) as { filename: string; size: number; files: { path: string }[] }[];
  if (!made) throw new Error(`npm pack made nothing:\n${printed}`);
  return { file: join(folder, made.filename), size: made.size, files: made.files.map(({ path }) => path).sort() };
}

/** An empty project into which npm has installed the tarball. `linked` are packages that it takes from this repository. */
export async function projectWith(tarball: string, folder: string, linked: string[]): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  // Without its peers, which are linked: the versions that the lab has plugins for, and no download.
  await npm(folder, "install", "--offline", "--legacy-peer-deps", tarball);
  for (const name of linked) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(projectRoot, "node_modules", name), link);
  }
}
