import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../../toolkit/run";

/** How a container of the image starts: the fields of an OCI image configuration, by their own names. */
export interface ImageConfig {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  WorkingDir?: string;
  Volumes?: Record<string, object>;
  ExposedPorts?: Record<string, object>;
}

/**
 * Packs a folder as an image of one layer in the format of `docker save`, which `ctr images import` reads, so that no
 * registry is needed. The same folder and configuration give the same image.
 *
 * @param rootfs Folder that becomes the image's root; owners are kept, everything is made readable for all.
 * @param reference Full name with tag: "docker.io/library/redis:7.0.15".
 * @param output The tar file to write.
 */
export async function writeImage(
  rootfs: string,
  reference: string,
  config: ImageConfig,
  output: string,
): Promise<void> {
  const stage = `${output}.stage`;
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage);
  const layer = join(stage, "layer.tar");
  await run("tar", [...reproducible, "-cf", layer, "-C", rootfs, "."]);
  const image = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [`sha256:${await sha256(layer)}`] },
  });
  const name = `${createHash("sha256").update(image).digest("hex")}.json`;
  await writeFile(join(stage, name), image);
  const manifest = [{ Config: name, RepoTags: [reference], Layers: ["layer.tar"] }];
  await writeFile(join(stage, "manifest.json"), JSON.stringify(manifest));
  await run("tar", [...reproducible, "-cf", output, "-C", stage, name, "layer.tar", "manifest.json"]);
  await rm(stage, { recursive: true });
}

/** Readable for all, since a container's user is rarely the one who built the image, under whatever umask. */
const reproducible = ["--sort=name", "--mtime=@0", "--numeric-owner", "--mode=u+w,a+rX"];

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
