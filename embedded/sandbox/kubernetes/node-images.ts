import { readFile } from "node:fs/promises";
import type { Image } from "../build/images/recipe";

/** A node that can be sent a file. */
export interface ImageStore {
  name: string;
  /** Runs a shell command there, and returns what it printed. */
  run: (command: string, input?: Buffer) => Promise<string>;
}

/**
 * Sends a node the images that it lacks. One whose disk was made by this version has them all; a disk that an earlier
 * version made does not have those that came later, and they are nowhere to be pulled.
 *
 * @param waiting Told which image is on its way.
 */
export async function sendMissingImages(
  { name, run }: ImageStore,
  images: Image[],
  waiting: (what: string) => void,
): Promise<void> {
  const present = (await run("ctr --namespace k8s.io images list --quiet")).split("\n");
  for (const { reference, archive } of images.filter((image) => !present.includes(image.reference))) {
    waiting(`${reference} to be on ${name}`);
    await run("ctr --namespace k8s.io images import -", await readFile(archive));
  }
}
