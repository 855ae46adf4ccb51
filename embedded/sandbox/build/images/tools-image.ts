import type { Recipe } from "./recipe";
import { searchPath, shellRoot } from "./shell";

/** The first process of a container ignores signals that it does not handle: without the trap, stopping takes 30 s. */
export const sleepUntilStopped = ["sh", "-c", "trap 'exit 0' TERM INT; sleep infinity & wait"];

/** A shell, the usual small programs, nslookup and redis-cli, for looking around in the cluster. */
export const toolsImage: Recipe = {
  packages: ["redis-tools"],
  sources: [__filename],
  async fill(tree, root) {
    await shellRoot(tree, root, "/usr/bin/redis-cli");
    return { reference: "storage-lab.example/tools:1", config: { Cmd: sleepUntilStopped, Env: [searchPath] } };
  },
};
