import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NfsClient, NfsDirectories, NfsServer } from "../../components/index";
import { projectRoot } from "../../embedded/cli/lab-files";
import { wentWell } from "../support/expectations";
import { npm, pack, projectWith, tsc, type Packed } from "../support/library-package";
import { measured } from "../support/measured";
import { PulumiProject } from "../support/pulumi-project";
import { TestLab } from "../support/test-lab";
import { sandboxFacts } from "../support/test-stack";
import { deploy } from "../unit/mocks";

// After the course and the infrastructure are destroyed: NFSv4 does not tell which export a client uses, so no export is
// withdrawn while the provisioner has another one mounted.
const lab = new TestLab();
const folder = mkdtempSync(join(tmpdir(), "storage-lab-package-"));
const peers = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/command"];
let packed: Packed;

beforeAll(async () => {
  packed = await pack(folder);
  measured("tarball of the components", packed.size, "bytes");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the package holds every source compiled and with its types, every script, and nothing else", () => {
  const sources = readdirSync(join(projectRoot, "components"), { recursive: true, encoding: "utf8" });
  const built = (ending: string, ...endings: string[]) =>
    sources
      .filter((file) => file.endsWith(ending) && !file.startsWith("dist"))
      .flatMap((file) => endings.map((each) => `dist/${file.slice(0, -ending.length)}${each}`));
  const expected = [
    ...built(".ts", ".js", ".d.ts"),
    ...built(".sh", ".sh"),
    "dist/LICENSE",
    "README.md",
    "package.json",
  ];
  expect(packed.files).toEqual(expected.sort());
});

describe("the package in a TypeScript project elsewhere", () => {
  const project = new PulumiProject(lab, join(folder, "typescript"));

  beforeAll(async () => {
    await projectWith(packed.file, project.folder, [...peers, "typescript", "@types/node"]);
    cpSync(join(projectRoot, "examples/another-repository"), project.folder, { recursive: true });
    const { nas, nodes, cidr, images } = await sandboxFacts(lab);
    await project.init({
      nas: nas.address,
      network: cidr,
      nodes: nodes.map(({ address }) => address),
      redisImage: images.redis,
      secrets: { sshPrivateKey: lab.sshKey() },
    });
  });
  afterAll(async () => {
    await project.destroy();
    await project.remove();
  });

  test("is of the versions that the project declares", () => npm(project.folder, "ls"));

  test("compiles, its own types included", () => tsc(project.folder, "--strict", "--skipLibCheck", "false"));

  test("up makes an NFS server, a static volume and Redis; destroy removes them", async () => {
    const exports = () => lab.ssh("nas", "cat /var/lib/nfs/etab");
    wentWell(await project.up());
    await lab.rolledOut("statefulset/redis-on-nfs", "default", 10);
    expect(await exports()).toContain("/srv/redis-on-nfs\t192.168.110.0/24(");
    wentWell(await project.destroy());
    expect(await lab.object("persistentvolume", "redis-on-nfs")).toBeUndefined();
    expect(await exports()).not.toContain("/srv/redis-on-nfs");
  });
});

describe("the package in a JavaScript project elsewhere", () => {
  const project = new PulumiProject(lab, join(folder, "javascript"));
  const connection = { host: "192.168.110.168", privateKey: "not used by a preview" };
  const args = {
    server: { connection, path: "/srv/nfs", clients: ["192.168.110.0/24"] },
    directories: { connection, exportPath: "/srv/nfs", names: ["a", "b/c"], owner: "999:999" },
    client: { connection, server: "192.168.110.168", path: "/srv/nfs" },
  };
  const program = `
    const { NfsClient, NfsDirectories, NfsServer } = require("storage-lab-components");
    const { server, directories, client } = require("./args.json");
    new NfsServer("server", server);
    new NfsDirectories("directories", directories);
    new NfsClient("client", client);
  `;

  beforeAll(async () => {
    await projectWith(packed.file, project.folder, peers);
    writeFileSync(join(project.folder, "Pulumi.yaml"), "name: storage-lab\nmain: index.js\nruntime: nodejs\n");
    writeFileSync(join(project.folder, "args.json"), JSON.stringify(args));
    writeFileSync(join(project.folder, "index.js"), program);
    await project.init({});
  });
  afterAll(() => project.remove());

  test("is previewed with the scripts that the sources make, byte for byte", async () => {
    const { stdout } = wentWell(await project.preview("--json"));
    const { steps } = JSON.parse(stdout) as { steps: { newState: { type: string; inputs?: Inputs } }[] };
    const program = () => {
      new NfsServer("server", args.server);
      new NfsDirectories("directories", args.directories);
      new NfsClient("client", args.client);
    };
    // Project and stack are an export's owner, and so in its script.
    const { resources } = await deploy(program, { stack: project.stack });
    const ofSources = scripts(resources);
    expect(ofSources).toHaveLength(3);
    for (const script of ofSources) expect(script).toContain("set -euo pipefail");
    expect(scripts(steps.map(({ newState }) => newState))).toEqual(ofSources);
  });
});

type Inputs = Record<string, unknown>;

/** What remote commands are given as their standard input. */
function scripts(resources: { type: string; inputs?: Inputs }[]): unknown[] {
  const commands = resources.filter(({ type }) => type === "command:remote:Command");
  return commands.map(({ inputs }) => inputs?.stdin).sort();
}
