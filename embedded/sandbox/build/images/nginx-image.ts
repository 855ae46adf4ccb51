import { copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { versionOf, type Recipe } from "./recipe";
import { addUser, copyFiles, searchPath, shellRoot } from "./shell";

const configuration = join(__dirname, "nginx/nginx.conf");

/**
 * nginx, named after the version that Debian has. It serves `/usr/share/nginx/html`, as the official image does, and finds
 * the same under `/var/www/html`, where WordPress's image has its files.
 */
export const nginxImage: Recipe = {
  packages: ["nginx"],
  sources: [__filename, configuration],
  async fill(tree, root) {
    await shellRoot(tree, root, "/usr/sbin/nginx");
    await copyFiles(tree, root, ["/etc/nginx/mime.types", "/usr/share/nginx/html"]);
    await copyFile(configuration, join(root, "etc/nginx/nginx.conf"));
    await addUser(root, "nginx", 101, "/nonexistent");
    for (const folder of ["var/lib/nginx", "var/www"]) await mkdir(join(root, folder), { recursive: true });
    await symlink("../../usr/share/nginx/html", join(root, "var/www/html"));
    return {
      reference: `docker.io/library/nginx:${await versionOf(tree, "nginx -v", /nginx\/(\d+\.\d+\.\d+)/)}`,
      // The log that is named here is the one in use until the configuration has been read.
      config: {
        Cmd: ["nginx", "-e", "/dev/stderr"],
        Env: [searchPath],
        ExposedPorts: { "80/tcp": {} },
      },
    };
  },
};
