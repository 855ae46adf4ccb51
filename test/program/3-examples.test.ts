import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../embedded/cli/lab-files";
import { wentWell } from "../support/expectations";
import { PulumiProject, type ProjectSettings } from "../support/pulumi-project";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();
const folder = join(projectRoot, "examples");

/** Of each example: the settings that it asks for, and what it then makes. */
const examples: Record<string, { settings: ProjectSettings; makes: string[] }> = {
  "nfs-only": {
    settings: {
      server: "192.168.110.168",
      network: "192.168.110.0/24",
      clients: ["192.168.110.11", "192.168.110.12"],
      sshPrivateKey: "not used by a preview",
    },
    makes: ["server-export", "192.168.110.11-mount", "192.168.110.12-mount"],
  },
  "static-redis": {
    settings: { nfsServer: "192.168.110.168", nfsPath: "/nfs/redis" },
    makes: ["data-volume", "data-claim", "redis-service", "redis-statefulset"],
  },
  "redis-on-class": {
    settings: { storageClass: "nfs-client" },
    makes: ["redis-service", "redis-statefulset"],
  },
};
/** Tried in 6-package, since it needs the package, and in 6-package-add, since it needs another language host. */
const elsewhere = ["another-repository", "yaml"];

test("every example is tried", () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...elsewhere, ...Object.keys(examples)].sort()).toEqual(folders.map(({ name }) => name).sort());
});

test.each(Object.entries(examples))("%s is previewed", async (name, { settings, makes }) => {
  const project = new PulumiProject(lab, join(folder, name));
  try {
    await project.init(settings);
    const { output } = wentWell(await project.preview());
    for (const resource of makes) expect(output).toContain(` ${resource} create`);
  } finally {
    await project.remove();
  }
});
