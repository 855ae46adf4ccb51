import { emptyNamespaces } from "../../../../operations/class/empty-namespaces";
import { FakeCluster } from "../../exercises/fake-cluster";

test("pods and claims of chosen namespaces go that are being deleted, and of no others", async () => {
  const cluster = new FakeCluster();
  const deletionTimestamp = new Date();
  cluster.add("Namespace", { metadata: { name: "class-going", deletionTimestamp } });
  cluster.add("Namespace", { metadata: { name: "class-others", deletionTimestamp } });
  cluster.add("Namespace", { metadata: { name: "class-stays" } });
  for (const namespace of ["class-going", "class-others", "class-stays"]) {
    cluster.add("Pod", { metadata: { name: `pod-of-${namespace}`, namespace } });
    cluster.add("PersistentVolumeClaim", { metadata: { name: `claim-of-${namespace}`, namespace } });
    cluster.add("ConfigMap", { metadata: { name: `map-of-${namespace}`, namespace } });
  }
  await emptyNamespaces(cluster, ["class-going", "class-stays", "class-gone-already"]);
  expect(cluster.names("Pod")).toEqual(["pod-of-class-others", "pod-of-class-stays"]);
  expect(cluster.names("PersistentVolumeClaim")).toEqual(["claim-of-class-others", "claim-of-class-stays"]);
  expect(cluster.names("ConfigMap")).toHaveLength(3);
});
