import { infrastructureSettings, courseSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();

describe("a config with ten errors", () => {
  const stack = new TestStack(lab, "infrastructure", "wrong");
  const errors = [
    "infrastructure.context",
    "infrastructure.nas.host",
    "infrastructure.nas.port",
    "infrastructure.nas.hostKey",
    "infrastructure.export.path",
    "infrastructure.export.clients[0]",
    "infrastructure.export.mode",
    "infrastructure.nodes",
    "infrastructure.storageClasses[0].reclaimPolicy",
    "infrastructure.generations",
  ];

  beforeAll(async () => {
    const settings = await infrastructureSettings(lab);
    const nas = { ...(settings.nas as Settings), host: "", port: 70000, hostKey: "AAAA" };
    await stack.init({
      ...settings,
      context: "",
      nas,
      export: { path: "/", clients: ["192.168.110.0/33"], mode: "rwx" },
      nodes: [],
      storageClasses: [{ name: "nfs-client", reclaimPolicy: "Recycle" }],
      generations: 2,
    });
  });
  afterAll(() => stack.remove());

  test.each(["preview", "up"] as const)("%s reports all of them at once, and registers nothing", async (verb) => {
    const { exitCode, output } = await stack[verb]();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("has 10 errors; nothing was changed.");
    for (const error of errors) expect(output).toContain(`- storage-lab:${error}`);
    expect(output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(stack.resources()).toEqual([]);
  });
});

describe("the course before the infrastructure", () => {
  const stack = new TestStack(lab, "course", "early");

  beforeAll(async () => stack.init(await courseSettings(lab, "nowhere-sandbox-test")));
  afterAll(() => stack.remove());

  test("is a plain sentence, and registers nothing", async () => {
    const { exitCode, output } = await stack.up();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("nowhere-sandbox-test");
    expect(output).toMatch(/pulumi up/);
    expect(output).not.toMatch(/unknown stack|^\s+at .*\.ts:\d+/m);
    expect(stack.resources()).toEqual([]);
  });
});
