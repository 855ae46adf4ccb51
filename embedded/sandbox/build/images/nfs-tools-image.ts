import type { Recipe } from "./recipe";
import { searchPath, shellRoot } from "./shell";
import { sleepUntilStopped } from "./tools-image";

/**
 * A shell and an NFS client that needs nothing of the kernel and no rights (nfs-ls, nfs-cat, nfs-cp): what a pod can do to an
 * NFS server that it reaches.
 */
export const nfsToolsImage: Recipe = {
  packages: ["libnfs-utils"],
  sources: [__filename],
  async fill(tree, root) {
    const programs = ["ls", "cat", "cp"].map((name) => `/usr/bin/nfs-${name}`);
    await shellRoot(tree, root, ...programs);
    return { reference: "storage-lab.example/nfs-tools:1", config: { Cmd: sleepUntilStopped, Env: [searchPath] } };
  },
};
