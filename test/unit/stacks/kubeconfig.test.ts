import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { KubernetesCluster } from "../../../exercises/cluster/kubernetes-cluster";
import { ClusterReader } from "../../../stacks/cluster-reader";
import { kubeconfigPath, readKubeconfig, type ClusterConfig } from "../../../stacks/kubeconfig";

// The Kubernetes client takes its time to load.
jest.setTimeout(60_000);

const text = (server: string) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "one",
    clusters: [
      { name: "one", cluster: { server } },
      { name: "two", cluster: { server: "https://10.0.0.2:6443" } },
    ],
    users: [{ name: "user", user: {} }],
    contexts: ["one", "two"].map((name) => ({ name, context: { cluster: name, user: "user" } })),
  });
const ONE = text("https://10.0.0.1:6443");
const read = (config: ClusterConfig) => readKubeconfig(new KubeConfig(), config);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  writeFileSync(join(folder, "config"), ONE);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each<[string, () => ClusterConfig, string]>([
  ["its content", () => ({ kubeconfig: ONE }), "https://10.0.0.1:6443"],
  ["its path", () => ({ kubeconfig: join(folder, "config") }), "https://10.0.0.1:6443"],
  ["another context", () => ({ kubeconfig: ONE, context: "two" }), "https://10.0.0.2:6443"],
])("%s names the cluster", (_how, config, server) => expect(read(config())).toBe(server));

test("a path is one of a home where it begins with ~; a content is none", () => {
  expect(kubeconfigPath("~/.kube/config")).toBe(join(homedir(), ".kube/config"));
  expect(kubeconfigPath("config")).toBe("config");
  expect([ONE, "a: b\n"].map(kubeconfigPath)).toEqual([undefined, undefined]);
});

const wrong: [string, ClusterConfig, string][] = [
  ["no such file", { kubeconfig: "/nonexistent" }, "cannot read the kubeconfig: ENOENT"],
  ["no such context", { kubeconfig: ONE, context: "three" }, "the kubeconfig has no context three: it has one, two"],
  ["no cluster", { kubeconfig: "apiVersion: v1\nclusters: []\n" }, "no kubeconfig names a cluster"],
];

test.each(wrong)("%s: stacks and exercises say the same", async (_what, config, words) => {
  expect(() => read(config)).toThrow(words);
  const answer = await (await ClusterReader.open(config)).clusterId();
  expect(answer).toEqual({ problem: expect.stringContaining(words) as string });
  await expect(KubernetesCluster.connect(config)).rejects.toThrow(words);
});
