import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { available, chooseEngine, choosePlugins, linkPlugins, officialInstalled } from "../engine";
import { Failure } from "../../exercises/runner/failure";
import { keyOf, replaceFile, replaceLink } from "../toolkit/files";
import type { Reporter } from "../../exercises/runner/progress";
import { ensureBackend } from "./backend";
import { projectRoot, type LabFiles } from "./lab-files";

const schema = z.object({
  engine: z.object({ pulumi: z.string(), origin: z.enum(["installed", "download", "built"]), version: z.string() }),
  plugins: z.object({
    kind: z.enum(["official", "mirror"]),
    versions: z.object({ nodejs: z.string(), command: z.string(), kubernetes: z.string() }),
    folder: z.string(),
  }),
  /** What the plugins in embedded/engine/ were made from when this was chosen. */
  mirror: z.string(),
});

/** Which Pulumi a lab works with; pinned at its first `up`, because state moves from mirror to official plugins only. */
export type Choices = z.output<typeof schema>;

/** What the lab is pinned to, or undefined before its first `up`. */
export async function pinned(files: LabFiles): Promise<Choices | undefined> {
  if (!existsSync(files.choices)) return undefined;
  const parsed = schema.safeParse(JSON.parse(await readFile(files.choices, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Failure(
    `${files.choices} is not as ./lab wrote it: ${z.prettifyError(parsed.error)}`,
    `Remove the file; the next ./lab up writes it again.`,
  );
}

/**
 * The pinned choice, as long as it is there and up to date; else the best that can be had, which is then pinned. Official
 * plugins that have been installed in the meantime take the place of those in embedded/engine/, never the other way.
 */
export async function choose(files: LabFiles, reporter: Reporter): Promise<Choices> {
  const before = await pinned(files);
  const mirror = await keyOf({ paths: [join(projectRoot, "embedded/engine")] });
  if (before && (await stillGood(before, mirror))) return before;

  const engine = await chooseEngine(reporter);
  const plugins = await choosePlugins(reporter, engine);
  if (before?.plugins.kind === "official" && plugins.kind === "mirror") {
    throw new Failure(
      `This lab's state was written with Pulumi's official plugins, which are no longer there (${before.plugins.folder}).`,
      "Put them back on PATH; state cannot move from them to the ones in embedded/engine/. Or begin again: ./lab purge",
    );
  }
  // Its keys in the order in which they are read again: `up` compares the text of it.
  const choices = schema.parse({ engine, plugins, mirror });
  await mkdir(dirname(files.choices), { recursive: true });
  await ensureBackend(files);
  await linkPlugins(plugins, files.pulumiHome);
  await mkdir(files.bin, { recursive: true });
  await replaceLink(join(files.bin, "pulumi"), engine.pulumi);
  await replaceFile(files.choices, `${JSON.stringify(choices, null, 2)}\n`);
  return choices;
}

async function stillGood({ engine, plugins, mirror }: Choices, mirrorNow: string): Promise<boolean> {
  if (!available(engine, plugins)) return false;
  return plugins.kind === "official" || (mirror === mirrorNow && !(await officialInstalled(engine)));
}

/** How doctor, status and up name the choice. */
export function describe({ engine, plugins }: Choices): string {
  const versions = Object.entries(plugins.versions).map(([name, version]) => `${name} ${version}`);
  const origin = { installed: "installed", download: "official download", built: "built from the Go module proxy" };
  return `Pulumi ${engine.version} (${origin[engine.origin]}); plugins: ${plugins.kind} (${versions.join(", ")})`;
}
