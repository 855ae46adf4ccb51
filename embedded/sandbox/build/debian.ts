import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../../toolkit/cache";
import type { Step } from "../../../exercises/runner/progress";
import { run, runContained } from "../../toolkit/run";

/** The Debian release that guests and images are made of; the machine itself may run another. */
export const suite = "bookworm";

/** What nobody reads in a guest or an image. */
const leftOut = ["doc", "man", "info", "locale", "lintian"].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

/**
 * The apt sources of `suite`: STORAGE_LAB_DEBIAN_MIRROR, else the mirror that this machine itself uses; none where it
 * uses none of Debian's (mmdebstrap then takes its own default). Mirrors keep the security updates next to the archive, in `debian-security`.
 */
export async function sources(): Promise<string[]> {
  const mirror = (process.env.STORAGE_LAB_DEBIAN_MIRROR ?? (await ownMirror()))?.replace(/\/$/, "");
  if (mirror === undefined) return [];
  return [
    `deb ${mirror} ${suite} main`,
    `deb ${mirror} ${suite}-updates main`,
    `deb ${mirror}-security ${suite}-security main`,
  ];
}

async function ownMirror(): Promise<string | undefined> {
  const uris = await run("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  return uris.split("\n").find((uri) => /\/debian\/?$/.test(uri));
}

export interface Tree {
  /** "minbase": a system that can boot or be entered; "extract": the packages' files, nothing configured. */
  variant: "minbase" | "extract";
  packages: string[];
  /** Programs that are run with the tree's folder when the packages are configured (so with "minbase" only). */
  hooks?: string[];
  /** Folder to make. */
  output: string;
}

/** Makes a tree of Debian packages with mmdebstrap. Downloads are kept in the cache for the next attempt. */
export async function debianTree(tree: Tree, step: Step): Promise<void> {
  const downloads = join(cacheRoot(), "debian-packages");
  await mkdir(downloads, { recursive: true });
  const archives = '"$1/var/cache/apt/archives"';
  const link = (from: string, to: string) => `find ${from} -maxdepth 1 -name '*.deb' -exec cp -ln -t ${to} {} +`;
  const keep = link(archives, `'${downloads}'`);
  const args = [
    "--mode=root",
    "--format=directory",
    `--variant=${tree.variant}`,
    `--include=${tree.packages.join(",")}`,
    ...leftOut,
    "--skip=essential/unlink",
    `--setup-hook=mkdir -p ${archives} && ${link(`'${downloads}'`, archives)}`,
    `--extract-hook=${keep}`,
    ...(tree.hooks ?? []).map((hook) => `--customize-hook=${hook}`),
    `--customize-hook=${keep}`,
    suite,
    tree.output,
    ...(await sources()),
  ];
  await runContained("mmdebstrap", args, {
    onLine: (line) => step.waiting(line.replace(/^I: /, "")),
    remedy:
      "It needs the packages mmdebstrap and debian-archive-keyring, and a Debian mirror: set STORAGE_LAB_DEBIAN_MIRROR to one that this machine reaches.",
  });
}
