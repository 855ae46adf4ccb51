import type { ChangeOptions } from "../../../operations/pulumi/pulumi";
import { WrongUse } from "../../../exercises/runner/failure";
import { bringUp } from "../../../operations/restore/bring-up";
import type { FakeCluster } from "../exercises/fake-cluster";
import { courseOf, labOf, namespace, quietProgress, smallCluster } from "./small-lab";

const { PULUMI_BACKEND_URL } = process.env;
beforeAll(() => {
  process.env.PULUMI_BACKEND_URL = "s3://none";
});
afterAll(() => {
  if (PULUMI_BACKEND_URL === undefined) delete process.env.PULUMI_BACKEND_URL;
  else process.env.PULUMI_BACKEND_URL = PULUMI_BACKEND_URL;
});

const config = { kind: "ConfigMap", namespace, name: "config", inputs: { data: { a: "1" } } };
const live = { metadata: { name: "config", namespace }, data: { a: "1" } };
const options = { unchanged: [] as string[], agreed: false };

/** A lab whose Pulumi makes the ConfigMap. */
function lab(cluster: FakeCluster, changes: string[] = [], said: string[] = []) {
  const stack = courseOf(config);
  const pulumi = {
    state: () => Promise.resolve(stack.state),
    lastOperation: () => Promise.resolve({ kind: "update", result: "succeeded" }),
    plannedSteps: () => Promise.resolve([]),
    change(name: string, verb: string, _step: unknown, { flags = [] }: ChangeOptions) {
      changes.push([verb, name, ...flags].join(" "));
      if (!cluster.names("ConfigMap").includes("config")) cluster.add("ConfigMap", structuredClone(live));
      return Promise.resolve();
    },
  };
  return labOf(cluster, [stack], { pulumi, progress: quietProgress(said) });
}

test("what is missing is compared with the cluster and applied", async () => {
  const changes: string[] = [];
  await bringUp(lab(smallCluster(), changes), { ...options, unchanged: ["course"] });
  expect(changes).toEqual(["up course --refresh"]);
});

test("where nothing is wrong and nothing changed, Pulumi does not run", async () => {
  const changes: string[] = [];
  const said: string[] = [];
  const cluster = smallCluster().add("ConfigMap", structuredClone(live));
  await bringUp(lab(cluster, changes, said), { ...options, unchanged: ["course"] });
  expect(changes).toEqual([]);
  expect(said).toEqual(["✓ course: unchanged since the last pulumi up"]);
});

test("without that word the program is applied, and not compared first", async () => {
  const changes: string[] = [];
  await bringUp(lab(smallCluster().add("ConfigMap", structuredClone(live)), changes), options);
  expect(changes).toEqual(["up course"]);
});

describe("a loss", () => {
  const claim = {
    kind: "PersistentVolumeClaim",
    namespace,
    name: "claim",
    inputs: { spec: { storageClassName: "a" } },
  };
  const changed = () =>
    smallCluster().add("PersistentVolumeClaim", {
      metadata: { name: "claim", namespace },
      spec: { storageClassName: "b" },
      status: { phase: "Bound" },
    });

  test("is asked for before anything is changed", async () => {
    const change = jest.fn();
    const stack = courseOf(claim);
    const pulumi = {
      state: () => Promise.resolve(stack.state),
      lastOperation: () => Promise.resolve(undefined),
      plannedSteps: () => Promise.resolve([]),
      change,
    };
    const up = bringUp(labOf(changed(), [stack], { pulumi }), options);
    await expect(up).rejects.toBeInstanceOf(WrongUse);
    await expect(up).rejects.toMatchObject({
      message: expect.stringContaining("the claim shiqi/claim as it is now") as string,
      remedy: "Agree to it with --yes.",
    });
    expect(change).not.toHaveBeenCalled();
  });
});

describe("what the config does not have any more", () => {
  const namespaceStep = (op: string, more = {}) => ({
    op,
    oldState: { urn: "u", type: "kubernetes:core/v1:Namespace", id: "quota", inputs: {}, ...more },
  });
  const claimStep = (op: string) => ({
    op,
    oldState: { urn: "v", type: "kubernetes:core/v1:PersistentVolumeClaim", id: "default/claim", inputs: {} },
  });
  const service = { op: "delete", oldState: { urn: "w", type: "kubernetes:core/v1:Service", id: "a/b", inputs: {} } };
  function planned(...steps: object[]) {
    const made = lab(smallCluster().add("ConfigMap", structuredClone(live)));
    const change = jest.spyOn(made.pulumi, "change");
    made.pulumi.plannedSteps = () => Promise.resolve(steps as never);
    return { made, change };
  }

  test.each([
    ["a namespace", namespaceStep("delete"), "Namespace quota, with all that is in it"],
    ["a claim", claimStep("delete"), "PersistentVolumeClaim default/claim, with the data of its volume"],
    ["a claim that is made anew", claimStep("replace"), "PersistentVolumeClaim default/claim, with the data"],
  ])("is asked for before anything is changed: %s", async (_what, step, words) => {
    const { made, change } = planned(step);
    await expect(bringUp(made, options)).rejects.toThrow(words);
    expect(change).not.toHaveBeenCalled();
    await bringUp(made, { ...options, agreed: true });
    expect(change).toHaveBeenCalled();
  });

  test("is not asked for where no data goes: what stays, and other objects", async () => {
    const { made, change } = planned(namespaceStep("delete", { retainOnDelete: true }), service, claimStep("same"));
    await bringUp(made, options);
    expect(change).toHaveBeenCalled();
  });
});

test("what still is wrong after the rounds is told with its reason", async () => {
  const stack = courseOf(config);
  const pulumi = {
    state: () => Promise.resolve(stack.state),
    lastOperation: () => Promise.resolve(undefined),
    plannedSteps: () => Promise.resolve([]),
    change: () => Promise.resolve(),
  };
  const up = bringUp(labOf(smallCluster(), [stack], { pulumi }), options);
  await expect(up).rejects.toThrow("✗ ConfigMap shiqi/config: it is not there");
});
