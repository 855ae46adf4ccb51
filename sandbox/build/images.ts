import { chmod, chown, copyFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { cached } from "../../toolkit/cache";
import { LabError } from "../../toolkit/errors";
import type { Reporter, Step } from "../../toolkit/report";
import { run } from "../../toolkit/run";
import { writeImage, type ImageConfig } from "./archive";
import { debianTree, suite } from "./debian";
import type { Programs } from "./go";

export interface Image {
  /** Full name with tag, as a pod names it. */
  reference: string;
  /** docker-archive file. */
  archive: string;
}

export interface ProgramImages {
  provisioner: Image;
  /** What holds a pod's namespaces open; guest/root/etc/containerd/config.toml names it. */
  pause: Image;
}

export interface DebianImages {
  redis: Image;
  /** A shell, the usual small programs, nslookup and redis-cli, for looking around in the cluster. */
  tools: Image;
}

export const pauseReference = "registry.k8s.io/pause:3.10";

/** What a shell session in a container is used for; busybox supplies all that is not named here. */
const packages = ["redis-server", "redis-tools", "busybox", "bash", "util-linux", "libc-bin"];
const shellPrograms = ["/bin/busybox", "/bin/bash", "/usr/bin/redis-cli", "/usr/bin/getent"];
const redisPrograms = [...shellPrograms, "/usr/bin/redis-server", "/usr/bin/redis-benchmark", "/usr/bin/setpriv"];

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const redisFiles = join(__dirname, "redis");

/** Builds the images that consist of one program of ours each. */
export async function buildProgramImages(programs: Programs, report: Reporter): Promise<ProgramImages> {
  return report.step("Images of the programs", async (step) => ({
    pause: await programImage(pauseReference, programs.pause, step),
    provisioner: await programImage(
      "storage-lab.example/nfs-subdir-external-provisioner:1",
      programs.provisioner,
      step,
    ),
  }));
}

/** An image of one static program, which is its entry point. */
async function programImage(reference: string, program: string, step: Step): Promise<Image> {
  const name = basename(program);
  const inputs = { values: [reference, program], paths: sourcesOfThisBuild };
  const folder = await cached(`image-${name}`, inputs, async (output) => {
    step.waiting(reference);
    const root = join(output, "root");
    await mkdir(root);
    await copyFile(program, join(root, name));
    await writeImage(root, reference, { Entrypoint: [`/${name}`], Env: [searchPath] }, join(output, "image.tar"));
    await rm(root, { recursive: true });
  });
  return { reference, archive: join(folder, "image.tar") };
}

/** Builds the images made of Debian packages; Redis is named after the version that Debian has. */
export async function buildDebianImages(report: Reporter): Promise<DebianImages> {
  return report.step("Images of Redis and shell tools", debianImages);
}

async function debianImages(step: Step): Promise<DebianImages> {
  const inputs = { values: [suite, ...packages], paths: [redisFiles, ...sourcesOfThisBuild] };
  const tools = "storage-lab.example/tools:1";
  const folder = await cached("images-debian", inputs, async (output) => {
    const tree = join(output, "tree");
    step.waiting(`packages ${packages.join(", ")}`);
    await debianTree({ variant: "extract", packages, output: tree }, step);

    const redis = `docker.io/library/redis:${await redisVersion(tree)}`;
    step.waiting(redis);
    const root = join(output, "root");
    await redisRoot(tree, root);
    await writeImage(root, redis, redisConfig, join(output, "redis.tar"));
    await rm(root, { recursive: true });

    step.waiting(tools);
    await shellRoot(tree, root, shellPrograms);
    await writeImage(root, tools, { Cmd: sleepUntilStopped, Env: [searchPath] }, join(output, "tools.tar"));
    await rm(root, { recursive: true });
    await rm(tree, { recursive: true });
    await writeFile(join(output, "redis.reference"), redis);
  });
  return {
    redis: {
      reference: await readFile(join(folder, "redis.reference"), "utf8"),
      archive: join(folder, "redis.tar"),
    },
    tools: { reference: tools, archive: join(folder, "tools.tar") },
  };
}

const redisConfig: ImageConfig = {
  Entrypoint: ["docker-entrypoint.sh"],
  Cmd: ["redis-server"],
  Env: [searchPath],
  WorkingDir: "/data",
  Volumes: { "/data": {} },
  ExposedPorts: { "6379/tcp": {} },
};

/** The first process of a container ignores signals that it does not handle: without the trap, stopping takes 30 s. */
const sleepUntilStopped = ["sh", "-c", "trap 'exit 0' TERM INT; sleep infinity & wait"];

async function redisVersion(tree: string): Promise<string> {
  const words = await run("chroot", [tree, "/usr/bin/redis-server", "--version"]);
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(words)?.[1];
  if (!version) throw new LabError(`redis-server of Debian ${suite} does not tell its version: ${words}`);
  return version;
}

async function redisRoot(tree: string, root: string): Promise<void> {
  await shellRoot(tree, root, redisPrograms);
  for (const name of ["docker-entrypoint.sh", "redis-server"]) {
    await copyFile(join(redisFiles, name), join(root, "usr/local/bin", name));
    await chmod(join(root, "usr/local/bin", name), 0o755);
  }
  // The user that the official image's files belong to.
  const redis = 999;
  await writeFile(join(root, "etc/passwd"), `redis:x:${redis}:${redis}::/data:/bin/sh\n`, { flag: "a" });
  await writeFile(join(root, "etc/group"), `redis:x:${redis}:\n`, { flag: "a" });
  await mkdir(join(root, "data"));
  await chown(join(root, "data"), redis, redis);
}

/** Copies programs with their libraries, and gives every busybox applet that has no program of its own a name. */
async function shellRoot(tree: string, root: string, programs: string[]): Promise<void> {
  for (const folder of ["bin", "etc", "proc", "root", "sys", "tmp", "usr/local/bin", "var"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await chmod(join(root, "tmp"), 0o1777);
  const files = new Set(programs);
  for (const program of programs) {
    const listing = await run("chroot", [tree, "/lib64/ld-linux-x86-64.so.2", "--list", program]);
    for (const [, library] of listing.matchAll(/(\/\S+) \(0x/g)) if (library) files.add(library);
  }
  const relative = [...files].map((file) => file.slice(1));
  await run("cp", ["--parents", "--dereference", "--preserve=mode", "--target-directory", root, ...relative], {
    cwd: tree,
  });
  const applets = await run("chroot", [tree, "/bin/busybox", "--list"]);
  for (const applet of applets.split("\n")) {
    const taken = ["bin", "usr/bin"].some((folder) => existsSync(join(root, folder, applet)));
    if (!taken) await symlink("busybox", join(root, "bin", applet));
  }
  await writeFile(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\n");
  await writeFile(join(root, "etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
}

const sourcesOfThisBuild = ["images.ts", "archive.ts"].map((file) => join(__dirname, file));
