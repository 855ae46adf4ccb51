import * as pulumi from "@pulumi/pulumi";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { prefixedObjects } from "../../../stacks/course/prefixed-objects";
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

/** The Kubernetes objects of a course with a config. */
async function objectsOf(change: object) {
  const { resources } = await run(change);
  return resources.flatMap(({ type, name: resource, inputs: { metadata } }) => {
    if (!type.startsWith("kubernetes:")) return [];
    const { name, namespace } = metadata as { name: string; namespace?: string };
    return [{ kind: type.split(":").at(-1) ?? "", resource, name, namespace, type }];
  });
}

/** The state of a stack after an update with a config. */
async function stateAfter(change: object): Promise<MockOptions> {
  const objects = await objectsOf(change);
  const state = objects.map(({ type, resource, name, namespace }) => [
    `urn:pulumi:lesson::storage-lab::storage-lab:some:Component$${type}::${resource}`,
    { type, outputs: { metadata: { name, namespace } } },
  ]);
  return { ...stateOf({}), state: Object.fromEntries(state) as MockOptions["state"] };
}

/** What the program says of a change, before it registers anything. */
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

  test("from the shared namespace, which is no resource of the stack", async () => {
    const text = await refusal({ exampleNamespace: "b" }, await stateAfter({}));
    expect(text).toBe(
      'storage-lab:course.exampleNamespace ("b"): this stack works in the namespace default. Another name would delete its ' +
        "objects there, with the data of claims whose class deletes. Nothing was changed. To move, delete them by name, then " +
        "run pulumi up again: pulumi destroy -s lesson. To stay, set exampleNamespace: default.",
    );
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

describe("another namePrefix for a course that is there", () => {
  const named = { namespace: "mine", hostPathNamespace: "mine-too", quotaNamespace: "counted" };

  test.each<[string, object, object, string]>([
    ["set", {}, { namePrefix: "b-" }, 'namePrefix ("b-"): this stack\'s objects were made without a prefix'],
    ["taken back", { namePrefix: "b-" }, {}, 'namePrefix (""): this stack\'s objects were made with the prefix b-'],
    [
      "changed",
      { namePrefix: "b-" },
      { namePrefix: "c-b-" },
      'namePrefix ("c-b-"): this stack\'s objects were made with',
    ],
    ["set, with all namespaces named", named, { ...named, namePrefix: "b-" }, 'namePrefix ("b-")'],
  ])("%s is refused before anything is registered, with the ways on", async (_how, before, after, words) => {
    const text = await refusal(after, await stateAfter(before));
    expect(text).toContain(`storage-lab:course.${words}`);
    expect(text).toContain("make another stack: pulumi stack init");
    expect(text).toContain("destroy it first, then run pulumi up again: pulumi destroy -s lesson");
    expect(text).toContain("To stay, set namePrefix: ");
    expect(text.split("\n")).toHaveLength(1);
  });

  test("the same one goes on", async () => {
    const options = await stateAfter({ namePrefix: "b-" });
    await expect(run({ namePrefix: "b-" }, options)).resolves.toBeDefined();
  });

  test("is noticed by each object that has it in its name, also alone", async () => {
    const objects = await objectsOf({ namePrefix: "b-", exampleNamespace: "examples" });
    const others = objects.filter(({ name }) => !name.startsWith("b-"));
    const prefixed = objects.filter(({ kind, name }) => kind !== "Namespace" && name.startsWith("b-"));
    expect(prefixed.length).toBeGreaterThan(15);
    expect(prefixedObjects(prefixed)).toEqual(
      prefixed.map((object) => ({ ...object, prefix: "b-", namespace: object.namespace && "examples" })),
    );
    expect(prefixedObjects(others)).toEqual([]);
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
