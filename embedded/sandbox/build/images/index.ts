import { copyFile, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { cached } from "../../../toolkit/cache";
import type { Reporter, Step } from "../../../../exercises/runner/progress";
import { writeImage } from "../archive";
import { debianTree, suite } from "../debian";
import { SIDECARS, type Programs } from "../programs";
import { csiNfsImage, csiNfsPackages } from "./csi-nfs-image";
import { mysqlImage } from "./mysql-image";
import { nfsToolsImage } from "./nfs-tools-image";
import { nginxImage } from "./nginx-image";
import { imageOf, type Image } from "./recipe";
import { redisImage } from "./redis-image";
import { searchPath, shellPackages } from "./shell";
import { toolsImage } from "./tools-image";

export interface ProgramImages {
  provisioner: Image;
  csiNfs: Image;
  csiProvisioner: Image;
  csiAttacher: Image;
  csiResizer: Image;
  /** What holds a pod's namespaces open; guest/root/etc/containerd/config.toml names it. */
  pause: Image;
}

/** Images made of Debian packages. */
export type DebianImages = Record<keyof typeof recipes, Image>;

/** The packages that images are made of, unpacked, and those that are made of nothing else. */
export interface FromDebian {
  tree: string;
  images: DebianImages;
}

export const pauseReference = "registry.k8s.io/pause:3.10";

const recipes = {
  redis: redisImage,
  tools: toolsImage,
  nfsTools: nfsToolsImage,
  mysql: mysqlImage,
  nginx: nginxImage,
};

/**
 * Builds the images of one program each.
 *
 * @param tree Debian's packages, for the driver that runs others.
 */
export async function buildProgramImages(programs: Programs, tree: string, report: Reporter): Promise<ProgramImages> {
  return report.step("Images of the programs", async (step) => ({
    pause: await programImage(pauseReference, programs.pause, step),
    provisioner: await programImage(
      "storage-lab.example/nfs-subdir-external-provisioner:1",
      programs.provisioner,
      step,
    ),
    csiNfs: await imageOf("csi-nfs", csiNfsImage(programs.csiNfs), tree, step),
    csiProvisioner: await sidecarImage("csiProvisioner", programs, step),
    csiAttacher: await sidecarImage("csiAttacher", programs, step),
    csiResizer: await sidecarImage("csiResizer", programs, step),
  }));
}

function sidecarImage(key: keyof typeof SIDECARS, programs: Programs, step: Step): Promise<Image> {
  const program = programs[key];
  return programImage(`storage-lab.example/${basename(program)}:${SIDECARS[key].version}`, program, step, SMALL_HEAP);
}

/** They have little to do: collecting garbage sooner takes a third off their heaps. */
const SMALL_HEAP = ["GOGC=25"];

/** An image of one static program, which is its entry point. */
async function programImage(reference: string, program: string, step: Step, env: string[] = []): Promise<Image> {
  const name = basename(program);
  const inputs = { values: [reference, program, ...env], paths: [__filename, join(__dirname, "../archive.ts")] };
  const folder = await cached(`image-${name}`, inputs, async (output) => {
    step.waiting(reference);
    const root = join(output, "root");
    await mkdir(root);
    await copyFile(program, join(root, name));
    await writeImage(
      root,
      reference,
      { Entrypoint: [`/${name}`], Env: [searchPath, ...env] },
      join(output, "image.tar"),
    );
    await rm(root, { recursive: true });
  });
  return { reference, archive: join(folder, "image.tar") };
}

/**
 * Builds the images made of Debian packages. The packages are fetched once for all of them and kept, so that a change of
 * one image makes only that one again, in seconds.
 */
export async function buildDebianImages(report: Reporter): Promise<FromDebian> {
  return report.step("Images of Redis, MariaDB, nginx and shell tools", async (step) => {
    const ofRecipes = Object.values(recipes).flatMap((recipe) => recipe.packages);
    const packages = [...shellPackages, ...csiNfsPackages, ...ofRecipes];
    const inputs = { values: [suite, ...packages], paths: [join(__dirname, "../debian.ts")] };
    const folder = await cached("images-debian", inputs, async (output) => {
      step.waiting(`packages ${packages.join(", ")}`);
      await debianTree({ variant: "extract", packages, output: join(output, "tree") }, step);
    });
    const tree = join(folder, "tree");
    const made = await Promise.all(
      Object.entries(recipes).map(async ([name, recipe]) => [name, await imageOf(name, recipe, tree, step)] as const),
    );
    return { tree, images: Object.fromEntries(made) as DebianImages };
  });
}
