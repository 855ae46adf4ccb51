import { copyFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Recipe } from "./recipe";
import { copyFiles, searchPath, shellRoot } from "./shell";

/** What the driver runs to mount. */
export const csiNfsPackages = ["nfs-common", "mount"];

/**
 * The CSI driver with the programs that mount.
 *
 * @param program The driver's executable.
 */
export function csiNfsImage(program: string): Recipe {
  return {
    packages: csiNfsPackages,
    sources: [__filename, program],
    async fill(tree, root) {
      await shellRoot(tree, root, "/bin/mount", "/bin/umount", "/sbin/mount.nfs");
      // The protocols' names, without which mount.nfs finds none.
      await copyFiles(tree, root, ["/etc/netconfig"]);
      await copyFile(program, join(root, "usr/local/bin", basename(program)));
      return {
        // Of another program it is another image, so that a lab that is there already gets it.
        reference: `storage-lab.example/csi-nfs:${basename(dirname(program)).replace(/^.*-/, "")}`,
        config: { Entrypoint: [`/usr/local/bin/${basename(program)}`], Env: [searchPath] },
      };
    },
  };
}
