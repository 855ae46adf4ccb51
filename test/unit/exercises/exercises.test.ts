import type { V1Pod } from "@kubernetes/client-node";
import { exercises } from "../../../exercises/sections/exercises";
import { runExercises } from "../../../exercises/runner/run-exercises";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { FakeCluster } from "./fake-cluster";

const run = async (id: string, cluster: FakeCluster) => {
  const [result] = await runExercises(
    exercises.filter((exercise) => exercise.id === id),
    cluster,
    courseSettings,
  );
  if (!result) throw new Error(`no exercise ${id}`);
  return result;
};

const namespace = "shiqi";
const claimName = "pvc-shiqi-redis-exist-pvc";
const podName = "statefulset-redis-exist-pvc-0";
const labels = { app: "redis-exist-pvc" };
const value = "Hello, Redis!";

const redisPod = (uid: string): V1Pod => ({
  metadata: { name: podName, namespace, uid, labels },
  spec: {
    nodeName: "node1",
    containers: [{ name: "redis", volumeMounts: [{ name: "data", mountPath: "/data" }] }],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
  },
  status: { podIP: "10.244.1.5", conditions: [{ type: "Ready", status: "True" }] },
});

/** The course's first Redis; its StatefulSet makes a new pod as soon as one is deleted. */
const redisCluster = (found: { value: string; mount: string }): FakeCluster => {
  const cluster = new FakeCluster()
    .add("StatefulSet", {
      metadata: { name: "statefulset-redis-exist-pvc", namespace },
      spec: { serviceName: "redis-exist-pvc", selector: { matchLabels: labels }, template: {} },
    })
    .add("PersistentVolume", {
      metadata: { name: "pv" },
      spec: { claimRef: { namespace, name: claimName, uid: "claim" }, nfs: { server: "nas", path: "/nfs/redis" } },
      status: { phase: "Bound" },
    })
    .add("PersistentVolumeClaim", {
      metadata: { name: claimName, namespace, uid: "claim" },
      spec: { volumeName: "pv" },
      status: { phase: "Bound" },
    })
    .add("Pod", redisPod("first"));
  cluster.onRemove = (kind) => kind === "Pod" && cluster.add("Pod", redisPod("second"));
  cluster.onScript = (script) => {
    if (script.includes("SET testkey")) return `OK\nOK\nOK\n${value}\nOK`;
    if (script.includes("ls -ld /data")) {
      return `${found.value}\ndrwxrwxrwx 2 root root 4096 /data\n-rw-r--r-- 1 root root 111 /data/dump.rdb\n${found.mount}`;
    }
    return "OK\nOK";
  };
  return cluster;
};

const mount = "nas:/nfs/redis /data nfs4 rw 0 0";

describe("persistence", () => {
  it("passes when the new pod has the value, and gives the key back", async () => {
    const cluster = redisCluster({ value, mount });
    const result = await run("persistence-existing-claim", cluster);
    expect(result.reason).toBeUndefined();
    expect(result.evidence).toContainEqual({ label: "pod uid second", value: `GET testkey → ${value}` });
    expect(result.evidence).toContainEqual({ label: "mount", value: "nas:/nfs/redis on /data type nfs4 (rw)" });
    expect(cluster.scripts.at(-1)).toContain("RENAME");
  });

  it("fails when the value is gone, and gives the key back all the same", async () => {
    const cluster = redisCluster({ value: "", mount });
    const result = await run("persistence-existing-claim", cluster);
    expect(result.reason).toBe('the new pod returns "" for testkey, not "Hello, Redis!": the data was lost');
    expect(cluster.scripts.at(-1)).toContain("RENAME");
  });

  it("fails when the value is there but /data is not on the NAS", async () => {
    const result = await run("persistence-existing-claim", redisCluster({ value, mount: "tmpfs / tmpfs rw 0 0" }));
    expect(result.reason).toMatch(/\/data is not a mount, but should be nas:\/nfs\/redis/);
  });

  it("fails when Redis refuses to save", async () => {
    const cluster = redisCluster({ value, mount });
    cluster.onScript = (script) =>
      script.includes("SET testkey") ? `OK\nOK\nOK\n${value}\nMISCONF Redis cannot write` : "OK\nOK";
    expect((await run("persistence-existing-claim", cluster)).reason).toMatch(/refused one of .*: MISCONF/);
  });
});

describe("dns", () => {
  it("fails when the Service that serviceName says is not there", async () => {
    const cluster = redisCluster({ value, mount });
    const set = await cluster.find("StatefulSet", "statefulset-redis-exist-pvc", namespace);
    if (set) cluster.add("StatefulSet", { ...set, metadata: { name: "statefulset-redis-not-exist-pvc", namespace } });
    cluster.add("Service", { metadata: { name: "service-headless-redis-exist-pvc", namespace } });
    const result = await run("dns", cluster);
    expect(result.reason).toMatch(/not in this cluster: Service shiqi\/redis-exist-pvc, which StatefulSet .* names/);
  });
});

describe("a course that is not there", () => {
  it.each([
    ["static-pair", "not in this cluster: PersistentVolumeClaim shiqi/pvc-shiqi-redis"],
    ["dynamic-claim", "not in this cluster: PersistentVolumeClaim default/pvc-dynamic-example"],
    ["persistence-existing-claim", "not in this cluster: StatefulSet shiqi/statefulset-redis-exist-pvc"],
    ["persistence-template", "not in this cluster: StatefulSet shiqi/statefulset-redis-not-exist-pvc"],
    ["dns", "not in this cluster: StatefulSet shiqi/statefulset-redis-exist-pvc"],
    ["claim-ref-walk", "not in this cluster: any of the course's volumes on NFS"],
  ])("fails %s, and is not skipped", async (id, reason) => {
    const result = await run(id, new FakeCluster());
    expect(result.passed).toBe(false);
    expect(result.reason).toContain(reason);
  });
});
