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
    change(name: string, verb: string, _step: unknown, flags: string[]) {
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

test("what still is wrong after the rounds is told with its reason", async () => {
  const stack = courseOf(config);
  const pulumi = {
    state: () => Promise.resolve(stack.state),
    lastOperation: () => Promise.resolve(undefined),
    change: () => Promise.resolve(),
  };
  const up = bringUp(labOf(smallCluster(), [stack], { pulumi }), options);
  await expect(up).rejects.toThrow("✗ ConfigMap shiqi/config: it is not there");
});
