import * as pulumi from "@pulumi/pulumi";
import { clusterProvider, findCluster } from "../../../stacks/cluster-provider";
import { hostnameLabel } from "../../../stacks/hostname-label";
import { deploy } from "../mocks";
import { only, run, setSecrets } from "./run-course";
import { FakeCluster, KUBE_SYSTEM, kubeSystem, NODES, nodeList, type Answers } from "./fake-cluster";

// The Kubernetes client takes its time to load.
jest.setTimeout(60_000);

const PROVIDER = "pulumi:providers:kubernetes";

let warnings: jest.SpyInstance;
beforeEach(() => (warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue()));
afterEach(() => jest.restoreAllMocks());

/** Runs with a cluster that gives these answers. */
async function withCluster<T>(answers: Answers, run: (cluster: FakeCluster) => Promise<T>): Promise<T> {
  const cluster = await FakeCluster.start(answers);
  try {
    return await run(cluster);
  } finally {
    await cluster.stop();
  }
}

/** The state that an update on this cluster has left. */
const state = (clusterIdentifier: string, server?: string) => ({
  "urn:pulumi:test::storage-lab::pulumi:pulumi:Stack::storage-lab-test": {
    type: "pulumi:pulumi:Stack",
    outputs: server === undefined ? {} : { cluster: { server } },
  },
  [`urn:pulumi:test::storage-lab::${PROVIDER}::cluster`]: { type: PROVIDER, outputs: { clusterIdentifier } },
});

/** What the provider gets for this kubeconfig. */
async function provider(kubeconfig: string, before?: ReturnType<typeof state>) {
  const registered: string[] = [];
  const note = (name: string) => registered.push(name);
  const program = async () => clusterProvider(await findCluster("course", { kubeconfig }));
  const made = deploy(program, { state: before, onRegister: note }).catch((error: Error) => error);
  const result = await made;
  return result instanceof Error
    ? { error: result.message, registered }
    : { inputs: result.inputs(PROVIDER, "cluster") };
}

test("the provider knows the cluster by the uid of kube-system", () =>
  withCluster({ [KUBE_SYSTEM]: kubeSystem("one") }, async (cluster) => {
    expect(await provider(cluster.kubeconfig())).toMatchObject({ inputs: { clusterIdentifier: "one" } });
    expect(warnings).not.toHaveBeenCalled();
  }));

test("another address of the same cluster is the same cluster", () =>
  withCluster({ [KUBE_SYSTEM]: kubeSystem("one") }, async (cluster) => {
    const before = state("one", "https://10.0.0.1:6443");
    expect(await provider(cluster.kubeconfig("localhost"), before)).toMatchObject({
      inputs: { clusterIdentifier: "one", kubeconfig: cluster.kubeconfig("localhost") },
    });
  }));

test("another cluster is refused before anything is registered, also at the same address", () =>
  withCluster({ [KUBE_SYSTEM]: kubeSystem("two") }, async (cluster) => {
    const { error, registered } = await provider(cluster.kubeconfig(), state("one", cluster.url()));
    expect(error).toContain(
      "storage-lab:course.kubeconfig leads to another cluster than the one that has this stack's",
    );
    expect(error).toContain(`Theirs: ${cluster.url()} (uid of kube-system one). This one: ${cluster.url()} (two).`);
    expect(error).toContain("pulumi destroy -s test");
    expect(registered).toEqual([]);
  }));

describe("a kubeconfig that may not read kube-system", () => {
  const answers: Answers = { [KUBE_SYSTEM]: "forbidden" };

  test("works as without an identifier, with a warning", () =>
    withCluster(answers, async (cluster) => {
      const { inputs } = await provider(cluster.kubeconfig());
      expect(inputs).not.toHaveProperty("clusterIdentifier");
      expect(warnings.mock.calls).toEqual([[expect.stringContaining("cannot be read (it is forbidden).")]]);
    }));

  test("keeps the identifier that is known, at the same address", () =>
    withCluster(answers, async (cluster) => {
      expect(await provider(cluster.kubeconfig(), state("one", cluster.url()))).toMatchObject({
        inputs: { clusterIdentifier: "one" },
      });
    }));

  test("is refused at another address, where nobody can tell", () =>
    withCluster(answers, async (cluster) => {
      const { error } = await provider(cluster.kubeconfig(), state("one", "https://10.0.0.1:6443"));
      expect(error).toContain(
        `leads to ${cluster.url()}, and this stack's objects are in the cluster of https://10.0.0.1:6443`,
      );
      expect(error).toContain("If it is the same, run once with a kubeconfig that may read it.");
    }));
});

test("a cluster that does not answer keeps its identifier", async () => {
  const gone = await FakeCluster.start({});
  await gone.stop();
  expect(await provider(gone.kubeconfig(), state("one", gone.url()))).toMatchObject({
    inputs: { clusterIdentifier: "one" },
  });
});

describe("localNode", () => {
  const label = async (answers: Answers, node: string) =>
    withCluster(answers, async (cluster) => {
      const found: Record<string, string> = {};
      await deploy(async () => {
        const { reader } = await findCluster("course", { kubeconfig: cluster.kubeconfig() });
        found.label = await hostnameLabel("storage-lab:course.localNode", reader, node);
      });
      return found.label;
    });
  const nodes = {
    [KUBE_SYSTEM]: kubeSystem("one"),
    [NODES]: nodeList({ node1: "node1", node2: "ip-10-0-0-2", bare: undefined }),
  };

  test.each([
    ["node1", "node1"],
    ["node2", "ip-10-0-0-2"],
  ])("%s has the label %s", async (node, hostname) => {
    expect(await label(nodes, node)).toBe(hostname);
  });

  test("ties what is on it by that label", () =>
    withCluster(nodes, async (cluster) => {
      setSecrets();
      const sections = only("localVolume", "nginx");
      const { inputs } = await run({ sections, localNode: "node2", kubeconfig: cluster.kubeconfig() });
      const spec = (type: string, name: string) => JSON.stringify(inputs(type, name).spec);
      expect(spec("kubernetes:core/v1:PersistentVolume", "local-01-volume")).toContain('"values":["ip-10-0-0-2"]');
      for (const [type, name] of [
        ["kubernetes:batch/v1:Job", "local-01-job"],
        ["kubernetes:core/v1:Pod", "app-pod"],
      ] as const) {
        expect(spec(type, name)).toContain('"nodeSelector":{"kubernetes.io/hostname":"ip-10-0-0-2"}');
      }
    }));

  test("is refused where there is no such node", async () => {
    await expect(label(nodes, "node9")).rejects.toThrow(
      'storage-lab:course.localNode ("node9") is no node of the cluster, which has: bare, node1, node2.',
    );
  });

  test("is refused where the node has no such label", async () => {
    await expect(label(nodes, "bare")).rejects.toThrow("kubectl label node bare kubernetes.io/hostname=bare");
  });

  test("is taken as the label where nodes cannot be read", async () => {
    expect(await label({ [KUBE_SYSTEM]: kubeSystem("one"), [NODES]: "forbidden" }, "node9")).toBe("node9");
  });
});
