import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../../toolkit/cache";
import { Failure } from "../../../../exercises/runner/failure";
import type { Step } from "../../../../exercises/runner/progress";
import { run } from "../../../toolkit/run";
import { writeImage, type ImageConfig } from "../archive";

export interface Image {
  /** Full name with tag, as a pod names it. */
  reference: string;
  /** docker-archive file. */
  archive: string;
}

/** How an image is made of the files of Debian packages. */
export interface Recipe {
  /** Its packages, next to the shell's. */
  packages: string[];
  /** Files and folders that it is built from, next to the packages. */
  sources: string[];
  /** Fills the image's root; answers its full name with tag and how a container of it starts. */
  fill: (tree: string, root: string) => Promise<{ reference: string; config: ImageConfig }>;
}

/** Builds an image, once for each state of its packages and sources. */
export async function imageOf(name: string, recipe: Recipe, tree: string, step: Step): Promise<Image> {
  const shared = ["recipe.ts", "shell.ts", "../archive.ts"].map((file) => join(__dirname, file));
  const inputs = { values: [tree], paths: [...shared, ...recipe.sources] };
  const folder = await cached(`image-${name}`, inputs, async (output) => {
    step.waiting(name);
    const root = join(output, "root");
    await mkdir(root);
    const { reference, config } = await recipe.fill(tree, root);
    await writeImage(root, reference, config, join(output, "image.tar"));
    await rm(root, { recursive: true });
    await writeFile(join(output, "reference"), reference);
  });
  return {
    reference: await readFile(join(folder, "reference"), "utf8"),
    archive: join(folder, "image.tar"),
  };
}

/** The version that a program of the tree says it is. */
export async function versionOf(tree: string, command: string, pattern: RegExp): Promise<string> {
  const words = await run("chroot", [tree, "/bin/bash", "-c", `${command} 2>&1`]);
  const version = pattern.exec(words)?.[1];
  if (!version) throw new Failure(`"${command}" of Debian does not tell its version: ${words}`);
  return version;
}
