import * as pulumi from "@pulumi/pulumi";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { infrastructure } from "../../../stacks/infrastructure";
import { deploy, type MockOptions } from "../mocks";
import { only, outputs, run, setSecrets } from "./run-course";

const NAMESPACE = "kubernetes:core/v1:Namespace";

let log: { warn: jest.SpyInstance; info: jest.SpyInstance };
beforeEach(() => {
  log = {
    warn: jest.spyOn(pulumi.log, "warn").mockResolvedValue(),
    info: jest.spyOn(pulumi.log, "info").mockResolvedValue(),
  };
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

/** The state of a stack that works in these namespaces: what Pulumi calls them → their names. */
const stateOf = (namespaces: Record<string, string>): MockOptions => ({
  stacks: { infra: outputs },
  stack: "lesson",
  state: Object.fromEntries(
    Object.entries(namespaces).map(([resource, name]) => [
      `urn:pulumi:lesson::storage-lab::${NAMESPACE}::${resource}`,
      { type: NAMESPACE, outputs: { metadata: { name } } },
    ]),
  ),
});
const made = stateOf({ namespace: "shiqi", hostPathNamespace: "test", quotaNamespace: "shiqi-quota" });

describe("createNamespace", () => {
  test("true makes the namespace, and goes on with the one that it made", async () => {
    for (const options of [stateOf({}), made]) {
      const { names, reads } = await run({}, options);
      expect(names(NAMESPACE)).toEqual(["namespace", "hostPathNamespace", "quotaNamespace"]);
      expect(reads).toEqual([]);
    }
  });

  test.each([
    ["made by this stack before", made],
    ["never made by it", stateOf({})],
  ])("false reads the namespace under the name of the resource that would make it: %s", async (_case, options) => {
    const { names, reads } = await run({ createNamespace: false }, options);
    expect(names(NAMESPACE)).toEqual(["hostPathNamespace", "quotaNamespace"]);
    expect(reads).toEqual(["namespace shiqi"]);
    expect(log.info.mock.calls.flat()).toContainEqual(
      "The namespace shiqi has to exist (createNamespace: false). It stays, with everything in it, when this stack is destroyed.",
    );
  });
});

describe("another name for a namespace that the stack works in", () => {
  const refusal = async (change: object, options: MockOptions = made) => {
    const registered: string[] = [];
    const failing = run(change, { ...options, onRegister: (name) => registered.push(name) });
    const error = await failing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(registered).toEqual([]);
    expect(error).toBeInstanceOf(pulumi.RunError);
    return (error as Error).message;
  };

  test("is refused before anything is registered, with the ways to have it", async () => {
    const text = await refusal({ namespace: "b" });
    expect(text).toContain('storage-lab:course.namespace ("b"): this stack works in the namespace shiqi.');
    expect(text).toContain("pulumi destroy -s lesson --target '**::namespace' --target-dependents");
    expect(text).toContain("To keep shiqi, run pulumi up with createNamespace: false and the name shiqi before.");
    expect(text).toContain("To stay, set namespace: shiqi.");
  });

  test("is refused also when the stack stops making one", async () => {
    expect(await refusal({ namespace: "b", createNamespace: false })).toContain("works in the namespace shiqi");
  });

  test.each([
    ["hostPathNamespace", { hostPathNamespace: "b" }],
    ["quotaNamespace", { quotaNamespace: "b" }],
  ])("%s too, which has no way to be kept", async (key, change) => {
    const text = await refusal(change);
    expect(text).toContain(`storage-lab:course.${key} ("b")`);
    expect(text).not.toContain("To keep");
  });

  test("by a namePrefix all are named", async () => {
    expect((await refusal({ namePrefix: "b-" })).split("\n")).toHaveLength(3);
  });

  test("back to the shared namespace: the stack's own one is not deleted", async () => {
    expect(await refusal({}, stateOf({ exampleNamespace: "examples" }))).toContain("exampleNamespace");
  });

  test("of the provisioner's", async () => {
    const config = infrastructureSchema.parse({
      nas: { name: "nas", host: "192.168.110.168" },
      export: { clients: ["192.168.110.0/24"] },
      nodes: [{ name: "node1", host: "192.168.110.11" }],
      provisioner: { namespace: "b" },
    });
    const deployed = deploy(() => infrastructure(config), stateOf({ "provisioner-namespace": "nfs-provisioner" }));
    await expect(deployed).rejects.toThrow("storage-lab:infrastructure.provisioner.namespace");
  });
});

test("a section that is switched off says that its namespace goes with every claim in it", async () => {
  await run({ sections: { hostPath: false } }, made);
  expect(log.warn.mock.calls.flat()).toContainEqual(
    "The namespace test is part of nothing that is switched on: it goes, with every claim in it.",
  );
});

test("a first run says nothing about namespaces that go or stay", async () => {
  await run({ sections: only("staticPair", "quota") }, stateOf({}));
  expect(log.warn.mock.calls.flat().join("\n")).not.toMatch(/The namespace \S+ is part of nothing/);
  expect(log.info).not.toHaveBeenCalled();
});
