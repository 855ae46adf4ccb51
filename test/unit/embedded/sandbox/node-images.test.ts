import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sendMissingImages } from "../../../../embedded/sandbox/kubernetes/node-images";

test("a node is sent the images that it lacks, and no others", async () => {
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  const images = ["redis:7", "csi:1"].map((reference, index) => ({ reference, archive: join(folder, `${index}.tar`) }));
  for (const { reference, archive } of images) writeFileSync(archive, `archive of ${reference}`);
  const store = ["docker.io/library/other:1", "redis:7"];
  const waited: string[] = [];
  const node = {
    name: "node1",
    run: (command: string, input?: Buffer) => {
      if (input === undefined) return Promise.resolve(`${store.join("\n")}\n`);
      expect(command).toMatch(/^ctr --namespace k8s\.io images import -$/);
      store.push(String(input).replace("archive of ", ""));
      return Promise.resolve("");
    },
  };
  for (let round = 0; round < 2; round++) await sendMissingImages(node, images, (what) => waited.push(what));
  expect(store).toEqual(["docker.io/library/other:1", "redis:7", "csi:1"]);
  expect(waited).toEqual(["csi:1 to be on node1"]);
  rmSync(folder, { recursive: true });
});
