import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sources, suite } from "../../../../embedded/sandbox/build/debian";
import { kubernetesVersion } from "../../../../embedded/sandbox/build/programs";
import { pauseReference } from "../../../../embedded/sandbox/build/images";

const sandbox = join(__dirname, "../../../../embedded/sandbox");

test("containerd holds pods open with the image that is built for it", () => {
  const config = readFileSync(join(sandbox, "build/guest/root/etc/containerd/config.toml"), "utf8");
  expect(config).toContain(`sandbox_image = "${pauseReference}"`);
});

describe("sources", () => {
  const set = process.env.STORAGE_LAB_DEBIAN_MIRROR;
  afterEach(() => {
    if (set === undefined) delete process.env.STORAGE_LAB_DEBIAN_MIRROR;
    else process.env.STORAGE_LAB_DEBIAN_MIRROR = set;
  });

  test("follow the mirror that the user names, with its security updates", async () => {
    process.env.STORAGE_LAB_DEBIAN_MIRROR = "https://mirror.example/debian/";
    expect(await sources()).toEqual([
      `deb https://mirror.example/debian ${suite} main`,
      `deb https://mirror.example/debian ${suite}-updates main`,
      `deb https://mirror.example/debian-security ${suite}-security main`,
    ]);
  });
});

describe.each([
  { image: "redis", server: "redis-server", user: "redis" },
  { image: "mysql", server: "mariadbd", user: "mysql" },
])("the entry point of the image $image", ({ image, server, user }) => {
  const programs = mkdtempSync(join(tmpdir(), `${image}-`));
  const run = (uid: number, ...args: string[]) => {
    const stub = (name: string, script: string) =>
      writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    stub("id", `echo ${uid}`);
    stub("find", ":");
    stub("chown", ":");
    stub("setpriv", 'echo "$@"');
    const env = { PATH: `${programs}:/usr/bin:/bin` };
    return execFileSync(join(sandbox, `build/images/${image}/docker-entrypoint.sh`), args, { env })
      .toString()
      .trim();
  };
  const asUser = `--reuid=${user} --regid=${user} --clear-groups`;
  afterAll(() => rmSync(programs, { recursive: true }));

  test("gives up root before it starts the server", () => {
    expect(run(0, server, "--port=1")).toMatch(new RegExp(`^${asUser} \\S+/docker-entrypoint.sh ${server} --port=1$`));
  });
  test("takes options alone for the server's", () => {
    expect(run(0, "--port=1")).toMatch(new RegExp(`^${asUser} \\S+/docker-entrypoint.sh ${server} --port=1$`));
  });
  test("runs other programs as they are", () => {
    expect(run(0, "echo", "hello")).toBe("hello");
  });
});

describe("Go modules", () => {
  const root = join(sandbox, "..");

  test("kubelite is the Kubernetes that it says it is", () => {
    const module = readFileSync(join(sandbox, "go", "kubelite", "go.mod"), "utf8");
    expect(module).toContain(`k8s.io/kubernetes ${kubernetesVersion}\n`);
  });

  test("all are in the workspace, so that they share versions and nothing is compiled twice", () => {
    const listed = execFileSync("go", ["list", "-m", "-f", "{{.Dir}}"], { cwd: root }).toString().trim().split("\n");
    const programs = readdirSync(join(sandbox, "go")).filter((name) => name !== "csi-nfs");
    expect(listed.sort()).toEqual([join(root, "engine"), ...programs.map((name) => join(sandbox, "go", name))].sort());
  });

  test("csi-nfs, which is not, has the versions of the engine in what it is compiled with, so that this is compiled once", () => {
    const versions = (module: string): Map<string, string> =>
      new Map(
        [...readFileSync(join(module, "go.mod"), "utf8").matchAll(/^\t(\S+) (v\S+)/gm)].map(([, path, version]) => [
          path ?? "",
          version ?? "",
        ]),
      );
    const [driver, engine] = [versions(join(sandbox, "go", "csi-nfs")), versions(join(root, "engine"))];
    for (const path of [
      "google.golang.org/grpc",
      "google.golang.org/protobuf",
      "golang.org/x/net",
      "golang.org/x/sys",
    ]) {
      expect([path, driver.get(path)]).toEqual([path, engine.get(path)]);
    }
  });
});
