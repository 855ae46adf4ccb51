import { chmod, chown, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { versionOf, type Recipe } from "./recipe";
import { addUser, searchPath, shellRoot } from "./shell";

const files = join(__dirname, "redis");
const programs = ["redis-server", "redis-cli", "redis-benchmark", "setpriv"].map((name) => `/usr/bin/${name}`);

/** Redis, named after the version that Debian has. */
export const redisImage: Recipe = {
  packages: ["redis-server", "redis-tools"],
  sources: [__filename, files],
  async fill(tree, root) {
    await shellRoot(tree, root, ...programs);
    for (const name of ["docker-entrypoint.sh", "redis-server"]) {
      await copyFile(join(files, name), join(root, "usr/local/bin", name));
      await chmod(join(root, "usr/local/bin", name), 0o755);
    }
    await addUser(root, "redis", 999, "/data");
    await mkdir(join(root, "data"));
    await chown(join(root, "data"), 999, 999);
    return {
      reference: `docker.io/library/redis:${await versionOf(tree, "redis-server --version", /\bv=(\d+\.\d+\.\d+)/)}`,
      config: {
        Entrypoint: ["docker-entrypoint.sh"],
        Cmd: ["redis-server"],
        Env: [searchPath],
        WorkingDir: "/data",
        Volumes: { "/data": {} },
        ExposedPorts: { "6379/tcp": {} },
      },
    };
  },
};
