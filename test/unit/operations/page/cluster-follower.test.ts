import { KubernetesCluster } from "../../../../exercises/cluster/kubernetes-cluster";
import { waitFor } from "../../../../exercises/runner/wait";
import { ClusterFollower } from "../../../../operations/page/server/cluster-follower";
import { claimOf, eventOf, podOf, volumeOf } from "../../../support/page-objects";
import { WatchedApiServer } from "../../../support/watched-api-server";
import { kubeconfigOf } from "../fake-api-server";

let server: WatchedApiServer;
let follower: ClusterFollower | undefined;
let changes = 0;

beforeEach(async () => {
  server = new WatchedApiServer();
  const address = await server.start();
  const cluster = await KubernetesCluster.connect({ kubeconfig: kubeconfigOf(address) });
  changes = 0;
  follower = new ClusterFollower(cluster, () => (changes += 1));
});

afterEach(async () => {
  await follower?.stop();
  await server.stop();
});

const until = (what: string, is: () => boolean) =>
  waitFor(what, { timeout: 10_000, interval: 20 }, () =>
    Promise.resolve(is() ? { done: undefined } : { missing: what }),
  );

const names = () => follower?.objects().volumes.map(({ metadata }) => metadata?.name);

test("what is there is listed, and what changes is told", async () => {
  server.put("PersistentVolume", volumeOf("pv"));
  await follower?.start();
  expect(names()).toEqual(["pv"]);
  expect(follower?.connection).toMatchObject({ live: true });
  server.put("PersistentVolume", volumeOf("other"));
  await until("the new volume", () => names()?.length === 2);
  server.put("PersistentVolume", volumeOf("other", { phase: "Released" }));
  await until("its phase", () => follower?.objects().volumes[1]?.status?.phase === "Released");
  server.remove("PersistentVolume", volumeOf("pv"));
  await until("the end of one", () => names()?.join() === "other");
  expect(changes).toBeGreaterThan(3);
});

test("a list that comes in pages is whole", async () => {
  for (let index = 0; index < 600; index++) server.put("PersistentVolume", volumeOf(`pv-${index}`));
  await follower?.start();
  expect(names()).toHaveLength(600);
});

test.each([
  ["that remembers", () => {}],
  ["that has forgotten what was", () => server.compact()],
])("an API server %s is restarted: the page says so, and misses nothing", async (_what, meanwhile) => {
  server.put("PersistentVolume", volumeOf("pv"));
  server.put("PersistentVolumeClaim", claimOf("lab/data"));
  await follower?.start();
  await server.stop();
  await until("the loss", () => follower?.connection.live === false);
  expect(follower?.connection.reason).toMatch(/ECONNREFUSED|hang up|ECONNRESET|close/i);
  expect(names()).toEqual(["pv"]);
  server.put("PersistentVolume", volumeOf("meanwhile"));
  server.remove("PersistentVolumeClaim", claimOf("lab/data"));
  meanwhile();
  await server.start();
  await until("the return", () => follower?.connection.live === true);
  await until("what happened", () => names()?.length === 2 && follower?.objects().claims.length === 0);
});

test("what the map has no use for is not kept", async () => {
  const pod = podOf("lab/redis", { claim: "data" });
  pod.metadata!.managedFields = [{ manager: "x".repeat(1000) }];
  pod.metadata!.annotations = { "kubectl.kubernetes.io/last-applied-configuration": "x".repeat(1000) };
  pod.spec!.containers[0]!.env = [{ name: "PASSWORD", value: "secret" }];
  server.put("Pod", structuredClone(pod));
  server.put("Event", eventOf("uid", "FailedMount", "words", { reportingComponent: "x".repeat(1000) }));
  await follower?.start();
  server.put("Pod", structuredClone(pod));
  await until("the change", () => changes > 10);
  const kept = JSON.stringify(follower?.objects());
  expect(kept).not.toMatch(/managedFields|last-applied|secret|xxx/);
  expect(follower?.objects().pods[0]?.spec?.volumes).toEqual([
    { name: "data", persistentVolumeClaim: { claimName: "data" } },
  ]);
});
