import type { ClassLab } from "../../../../operations/class/class-lab";
import { helpWorkloads } from "../../../../operations/class/help-workloads";
import { namespacesGone } from "../../../../operations/class/namespaces-gone";
import { removeOwnVolumes } from "../../../../operations/class/own-volumes";
import { failed } from "../../../../operations/probe/finding";
import { FakeCluster } from "../../exercises/fake-cluster";

const settings = { class: "school", volumes: ["own-1", "own-2"] } as ClassLab["settings"];
const student = (name: string) => ({ name, uid: 20001, shard: 1, generation: 1 });
const step = { waiting: () => {}, note: () => {} };
const names = (cluster: FakeCluster) => cluster.objects.map(({ object }) => object.metadata?.name);

test("volumes that students made go with them, and no others", async () => {
  const cluster = new FakeCluster();
  for (const name of ["school-a.own-1", "school-a.redis", "school-a.own-9", "school-ab.own-1", "own-1", "pvc-1"])
    cluster.add("PersistentVolume", { metadata: { name }, spec: {} });
  await removeOwnVolumes({ cluster, settings } as unknown as ClassLab, [student("a")]);
  expect(names(cluster)).toEqual(["school-a.redis", "school-a.own-9", "school-ab.own-1", "own-1", "pvc-1"]);
});

test("a pod for which its StatefulSet waits is replaced, once", async () => {
  const cluster = new FakeCluster();
  const metadata = { name: "redis-static-0", namespace: "school-a", uid: "1" };
  const fix = { does: "replace-pod" as const, namespace: "school-a", name: "redis-static-0", uid: "1" };
  const findings = [failed("id", "title", { reason: "of an earlier template", fix })];
  const done = new Set<string>();
  cluster.add("Pod", { metadata });
  await helpWorkloads({ cluster, stack: "s" } as unknown as ClassLab, findings, done, step);
  expect(names(cluster)).toEqual([]);
  cluster.add("Pod", { metadata });
  await helpWorkloads({ cluster, stack: "s" } as unknown as ClassLab, findings, done, step);
  expect(names(cluster)).toEqual(["redis-static-0"]);
});

test("namespaces that are being deleted are waited for, of this class alone", async () => {
  const cluster = new FakeCluster();
  const going = (name: string, className: string) =>
    cluster.add("Namespace", {
      metadata: { name, labels: { "storage-lab.example/class": className }, deletionTimestamp: new Date() },
    });
  going("other-a", "other");
  const said: string[] = [];
  const progress = {
    step: async (title: string, work: (step: object) => Promise<void>) => {
      said.push(title);
      const waiting = (what: string) => {
        said.push(what);
        cluster.objects.pop();
      };
      await work({ ...step, waiting });
    },
  };
  const lab = { cluster, settings, progress } as unknown as ClassLab;
  await namespacesGone(lab);
  expect(said).toEqual([]);
  going("school-a", "school");
  await namespacesGone(lab);
  expect(said).toEqual(["Namespaces that somebody deletes go", "1 namespaces, such as school-a"]);
});
