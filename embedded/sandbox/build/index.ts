import type { Reporter } from "../../../exercises/runner/progress";
import { buildBase, buildDebian, buildNasDisk } from "./base";
import { buildPrograms } from "./programs";
import { buildDebianImages, buildProgramImages, type DebianImages, type ProgramImages } from "./images";
import type { Image } from "./images/recipe";
import { buildWideRegisters } from "./wide-registers";

/** All that the sandbox runs: paths of files in the cache, and the names of the images inside the base image. */
export interface Artifacts {
  /** Kubernetes and etcd in one executable. */
  kubelite: string;
  /** CoreDNS, an executable. */
  coredns: string;
  /** Disk image that all guests share copy-on-write. */
  base: string;
  /** Disk image that a NAS has a copy of, for its export. */
  nasDisk: string;
  /** Library that guests' kernels are started with. Undefined where the processor needs none. */
  preload: string | undefined;
  /** References with tag of the images that every node has. */
  images: Record<keyof DebianImages | keyof ProgramImages, string>;
  /** The same with their archives, for a node whose disk was made before one of them was there. */
  archives: Image[];
}

/** Builds what is missing; answers within a second when nothing is. Interrupted, it continues at the next call. */
export async function buildAll(report: Reporter): Promise<Artifacts> {
  const [programs, { debian, fromDebian }] = await Promise.all([buildPrograms(report), buildFromDebian(report)]);
  const images = { ...fromDebian.images, ...(await buildProgramImages(programs, fromDebian.tree, report)) };
  const archives = Object.values(images);
  return {
    kubelite: programs.kubelite,
    coredns: programs.coredns,
    base: await buildBase(
      debian,
      programs.kubelite,
      archives.map(({ archive }) => archive),
      report,
    ),
    nasDisk: await buildNasDisk(debian, report),
    preload: await buildWideRegisters(),
    images: Object.fromEntries(
      Object.entries(images).map(([name, { reference }]) => [name, reference]),
    ) as Artifacts["images"],
    archives,
  };
}

/** What needs a Debian mirror and no Go: it waits for the network while the compiler keeps the machine busy. */
async function buildFromDebian(report: Reporter) {
  const debian = await buildDebian(report);
  return { debian, fromDebian: await buildDebianImages(report) };
}
