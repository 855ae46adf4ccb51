import { copyFile, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { cached } from "../../../toolkit/cache";
import type { Reporter, Step } from "../../../../exercises/runner/progress";
import { writeImage } from "../archive";
import { debianTree, suite } from "../debian";
import type { Programs } from "../programs";
import { mysqlImage } from "./mysql-image";
import { nginxImage } from "./nginx-image";
import { imageOf, type Image } from "./recipe";
import { redisImage } from "./redis-image";
import { searchPath, shellPackages } from "./shell";
import { toolsImage } from "./tools-image";

export interface ProgramImages {
  provisioner: Image;
  /** What holds a pod's namespaces open; guest/root/etc/containerd/config.toml names it. */
  pause: Image;
}

/** Images made of Debian packages. */
export type DebianImages = Record<keyof typeof recipes, Image>;

export const pauseReference = "registry.k8s.io/pause:3.10";

const recipes = { redis: redisImage, tools: toolsImage, mysql: mysqlImage, nginx: nginxImage };

/** Builds the images that consist of one program of ours each. */
export async function buildProgramImages(programs: Programs, report: Reporter): Promise<ProgramImages> {
  return report.step("Images of the programs", async (step) => ({
    pause: await programImage(pauseReference, programs.pause, step),
    provisioner: await programImage(
      "storage-lab.example/nfs-subdir-external-provisioner:1",
      programs.provisioner,
      step,
    ),
  }));
}

/** An image of one static program, which is its entry point. */
async function programImage(reference: string, program: string, step: Step): Promise<Image> {
  const name = basename(program);
  const inputs = { values: [reference, program], paths: [__filename, join(__dirname, "../archive.ts")] };
  const folder = await cached(`image-${name}`, inputs, async (output) => {
    step.waiting(reference);
    const root = join(output, "root");
    await mkdir(root);
    await copyFile(program, join(root, name));
    await writeImage(root, reference, { Entrypoint: [`/${name}`], Env: [searchPath] }, join(output, "image.tar"));
    await rm(root, { recursive: true });
  });
  return { reference, archive: join(folder, "image.tar") };
}

/**
 * Builds the images made of Debian packages. The packages are fetched once for all of them and kept, so that a change of
 * one image makes only that one again, in seconds.
 */
export async function buildDebianImages(report: Reporter): Promise<DebianImages> {
  return report.step("Images of Redis, MariaDB, nginx and shell tools", async (step) => {
    const packages = [...shellPackages, ...Object.values(recipes).flatMap((recipe) => recipe.packages)];
    const inputs = { values: [suite, ...packages], paths: [join(__dirname, "../debian.ts")] };
    const folder = await cached("images-debian", inputs, async (output) => {
      step.waiting(`packages ${packages.join(", ")}`);
      await debianTree({ variant: "extract", packages, output: join(output, "tree") }, step);
    });
    const made = await Promise.all(
      Object.entries(recipes).map(async ([name, recipe]) => {
        return [name, await imageOf(name, recipe, join(folder, "tree"), step)] as const;
      }),
    );
    return Object.fromEntries(made) as DebianImages;
  });
}
