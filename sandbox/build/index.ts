import type { Reporter } from "../../toolkit/report";
import { buildBase, buildDebian } from "./base";
import { buildPrograms } from "./go";
import { buildImages } from "./images";

/** All that the sandbox runs: paths of files in the cache, and the names of the images inside the base image. */
export interface Artifacts {
  /** Kubernetes and etcd in one executable. */
  kubelite: string;
  /** CoreDNS, an executable. */
  coredns: string;
  /** Disk image that all guests share copy-on-write. */
  base: string;
  /** The guests' kernel, an executable, from Debian's package user-mode-linux. */
  linux: string;
  /** References with tag of the images that every node has. */
  images: { redis: string; tools: string; provisioner: string; pause: string };
}

/** Builds what is missing; answers within a second when nothing is. Interrupted, it continues at the next call. */
export async function buildAll(report: Reporter): Promise<Artifacts> {
  const [programs, debian] = await Promise.all([buildPrograms(report), buildDebian(report)]);
  const images = await buildImages(programs, report);
  const archives = [images.redis, images.tools, images.provisioner, images.pause].map((image) => image.archive);
  return {
    kubelite: programs.kubelite,
    coredns: programs.coredns,
    base: await buildBase(debian, programs.kubelite, archives, report),
    linux: "/usr/bin/linux.uml",
    images: {
      redis: images.redis.reference,
      tools: images.tools.reference,
      provisioner: images.provisioner.reference,
      pause: images.pause.reference,
    },
  };
}
