import { chmod, chown, copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../toolkit/run";
import { versionOf, type Recipe } from "./recipe";
import { addUser, copyFiles, searchPath, shellRoot } from "./shell";

const files = join(__dirname, "mysql");
const programs = ["/usr/sbin/mariadbd", "/usr/bin/mariadb", "/usr/bin/setpriv"];
/** Messages and character sets, without which the server does not start. */
const data = ["/usr/share/mysql/english", "/usr/share/mysql/charsets"];
const USER = 999;

/** MariaDB in place of MySQL: the same environment, paths, port and client, named after the version that Debian has. */
export const mysqlImage: Recipe = {
  packages: ["mariadb-server-core", "mariadb-client-core"],
  sources: [__filename, files],
  async fill(tree, root) {
    await shellRoot(tree, root, ...programs);
    await copyFiles(tree, root, data);
    await symlink("mariadb", join(root, "usr/bin/mysql"));
    await addUser(root, "mysql", USER, "/var/lib/mysql");
    for (const folder of ["run/mysqld", "var/lib/mysql"]) {
      await mkdir(join(root, folder), { recursive: true });
      await chown(join(root, folder), USER, USER);
    }
    await mkdir(join(root, "etc/mysql"));
    await copyFile(join(files, "my.cnf"), join(root, "etc/mysql/my.cnf"));
    const entry = join(root, "usr/local/bin/docker-entrypoint.sh");
    await copyFile(join(files, "docker-entrypoint.sh"), entry);
    await chmod(entry, 0o755);
    await run(join(files, "prepare.sh"), [tree, root]);
    return {
      reference: `docker.io/library/mariadb:${await versionOf(tree, "mariadbd --version", /\bVer (\d+\.\d+\.\d+)/)}`,
      config: {
        Entrypoint: ["docker-entrypoint.sh"],
        Cmd: ["mariadbd"],
        Env: [searchPath],
        Volumes: { "/var/lib/mysql": {} },
        ExposedPorts: { "3306/tcp": {} },
      },
    };
  },
};
