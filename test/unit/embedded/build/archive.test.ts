import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeImage } from "../../../../embedded/sandbox/build/archive";

const reference = "docker.io/library/example:1.2.3";

describe("writeImage", () => {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  const archive = join(folder, "image.tar");
  const member = (name: string) => execFileSync("tar", ["-xOf", archive, name]);

  beforeAll(async () => {
    mkdirSync(join(folder, "root", "bin"), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "root", "bin", "program"), "#!/bin/sh\n");
    chmodSync(join(folder, "root", "bin", "program"), 0o700);
    await writeImage(join(folder, "root"), reference, { Cmd: ["program"] }, archive);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("names the image, its configuration and its one layer", () => {
    const [manifest] = JSON.parse(member("manifest.json").toString()) as Record<string, string[]>[];
    expect(manifest).toMatchObject({ RepoTags: [reference], Layers: ["layer.tar"] });
    const config = member(String(manifest?.Config));
    expect(manifest?.Config).toBe(`${createHash("sha256").update(config).digest("hex")}.json`);
    expect(JSON.parse(config.toString())).toMatchObject({
      config: { Cmd: ["program"] },
      rootfs: { diff_ids: [`sha256:${createHash("sha256").update(member("layer.tar")).digest("hex")}`] },
    });
  });

  test("lets every user of a container read and run what is inside", () => {
    const listing = execFileSync("tar", ["-tv"], { input: member("layer.tar") }).toString();
    expect(listing).toMatch(/^drwxr-xr-x .* \.\/bin\/$/m);
    expect(listing).toMatch(/^-rwxr-xr-x .* \.\/bin\/program$/m);
  });

  test("gives the same image for the same content, whenever it is made", async () => {
    const again = join(folder, "again.tar");
    await writeImage(join(folder, "root"), reference, { Cmd: ["program"] }, again);
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
  });
});
