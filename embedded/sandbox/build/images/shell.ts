import { existsSync } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../toolkit/run";

/** Packages of the shell that every image made of Debian's has; busybox supplies all that is not named here. */
export const shellPackages = ["busybox", "bash", "util-linux", "libc-bin"];

const shellPrograms = ["/bin/busybox", "/bin/bash", "/usr/bin/getent"];

/** Where a container looks for programs. */
export const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Fills an image's root with a shell and the given programs, each with its libraries, and gives every busybox applet that
 * has no program of its own a name.
 */
export async function shellRoot(tree: string, root: string, ...more: string[]): Promise<void> {
  const programs = [...shellPrograms, ...more];
  for (const folder of ["bin", "etc", "proc", "root", "run", "sys", "tmp", "usr/local/bin", "var"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await chmod(join(root, "tmp"), 0o1777);
  const files = new Set(programs);
  for (const program of programs) {
    const listing = await run("chroot", [tree, "/lib64/ld-linux-x86-64.so.2", "--list", program]);
    for (const [, library] of listing.matchAll(/(\/\S+) \(0x/g)) if (library) files.add(library);
  }
  await copyFiles(tree, root, [...files]);
  const applets = await run("chroot", [tree, "/bin/busybox", "--list"]);
  for (const applet of applets.split("\n")) {
    const taken = ["bin", "usr/bin"].some((folder) => existsSync(join(root, folder, applet)));
    if (!taken) await symlink("busybox", join(root, "bin", applet));
  }
  await writeFile(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\n");
  await writeFile(join(root, "etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
}

/** Copies files and folders of the tree to the same place in the root. */
export async function copyFiles(tree: string, root: string, paths: string[]): Promise<void> {
  const relative = paths.map((path) => path.slice(1));
  const options = ["--parents", "--recursive", "--dereference", "--preserve=mode", "--target-directory", root];
  await run("cp", [...options, ...relative], { cwd: tree });
}

/** The user that the official images' files belong to, and its home. */
export async function addUser(root: string, name: string, id: number, home: string): Promise<void> {
  await writeFile(join(root, "etc/passwd"), `${name}:x:${id}:${id}::${home}:/bin/sh\n`, { flag: "a" });
  await writeFile(join(root, "etc/group"), `${name}:x:${id}:\n`, { flag: "a" });
}
