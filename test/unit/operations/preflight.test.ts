import { rmSync, writeFileSync } from "node:fs";
import { chdir, cwd } from "node:process";
import { join } from "node:path";
import { projectRoot, type HostsAndStacks, type Stack } from "../../../operations/lab";
import { preflight } from "../../../operations/preflight/preflight";
import { requirePreflight } from "../../../operations/preflight/require-preflight";
import { FakeCluster } from "../stacks/fake-cluster";
import { labOf } from "./small-lab";
import { FakeCluster as MemoryCluster } from "../exercises/fake-cluster";

const FILE = "preflight-test.kubeconfig";
const KEY = "storage-lab:sshPrivateKey";
const settings = {
  kubeconfig: FILE,
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24"] },
  nodes: [{ name: "node1", host: "192.168.110.11" }],
};
const stack: Stack = { name: "infrastructure-school", program: "infrastructure", state: undefined };

let server: FakeCluster;
beforeAll(async () => {
  server = await FakeCluster.start({ "/version": { gitVersion: "v1.36.3" } });
  writeFileSync(join(projectRoot, FILE), server.kubeconfig());
});
afterAll(async () => {
  rmSync(join(projectRoot, FILE));
  await server.stop();
});

const ended = (reached: boolean) => ({
  exitCode: reached ? 0 : 255,
  stdout: "",
  stderr: "",
  error: "Permission denied (publickey)",
  reached,
});

function lab(reached = true, change: object = {}): HostsAndStacks {
  const values = {
    "storage-lab:program": "infrastructure",
    "storage-lab:infrastructure": JSON.stringify({ ...settings, ...change }),
    [KEY]: "PRIVATE",
  };
  const pulumi = { programConfig: () => Promise.resolve({ values, secretKeys: [KEY] }) };
  const hosts = { ask: () => Promise.resolve(ended(reached)) };
  return labOf(new MemoryCluster(), [stack], { pulumi, hosts });
}

test("a kubeconfig's path is the project's, in whatever folder the verb is run", async () => {
  const before = cwd();
  chdir("/");
  try {
    const checks = await preflight(lab());
    expect(checks).toContainEqual(
      expect.objectContaining({ title: "the API server answers", state: "good", found: `${server.url()}, v1.36.3` }),
    );
  } finally {
    chdir(before);
  }
});

describe("a course", () => {
  const course: Stack = { name: "course-school", program: "course", state: undefined };
  const config = { kubeconfig: FILE, infrastructureStack: stack.name, localNode: "node1", storageClass: "slow" };
  const values = {
    "storage-lab:program": "course",
    "storage-lab:course": JSON.stringify(config),
    "storage-lab:mysqlRootPassword": "ROOT",
  };
  const secretKeys = ["storage-lab:mysqlRootPassword"];
  const pulumi = { programConfig: () => Promise.resolve({ values, secretKeys }) };
  const onTop = labOf(new MemoryCluster(), [stack, course], { pulumi });

  test("is compared with what its infrastructure has", async () => {
    expect(await preflight(onTop, [course])).toContainEqual(
      expect.objectContaining({
        subject: "course-school",
        state: "missing",
        found: expect.stringContaining("there is no stack infrastructure-school") as string,
      }),
    );
  });

  test("that is made is left to its program, and looked after", async () => {
    const before: Stack = { ...course, state: { resources: [{ urn: "urn", type: "pulumi:pulumi:Stack" }] } };
    const up = requirePreflight(onTop, [before]);
    await expect(up).resolves.toBeUndefined();
  });
});

describe("up", () => {
  const up = (one: Stack, reached: boolean, change?: object) =>
    requirePreflight(lab(reached, change) as Parameters<typeof requirePreflight>[0], [one]);
  const made: Stack = { ...stack, state: { resources: [{ urn: "urn", type: "pulumi:pulumi:Stack" }] } };

  test("fails with all that is missing, before anything is changed", async () => {
    await expect(up(stack, false)).rejects.toThrow(
      /This is missing; nothing was changed:\n✗ nas: SSH lets root in: .*\n.*\n✗ node1: SSH lets root in: /,
    );
  });

  test("looks after what is made, also where a host is away", async () => {
    await expect(up(made, false)).resolves.toBeUndefined();
  });

  test("leaves errors of the config to the stack's program", async () => {
    await expect(up(stack, false, { nas: {} })).resolves.toBeUndefined();
  });
});
