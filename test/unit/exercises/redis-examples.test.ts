import { FakeWorkloads } from "./fake-workloads";
import { runExercise, seen } from "./run-exercise";

const set = "redis-statefulset-pvc";
const namespace = "default";

/** Redis with data in memory, of which the pods that start later have what was saved last. */
class SharedRedis extends FakeWorkloads {
  private readonly memory = new Map<string, Set<string>>();
  /** What is in the one file. */
  file: string[];

  constructor(file: string[]) {
    super();
    this.file = file;
    this.statefulSet({ name: set, namespace, replicas: 3, mountPath: "/data" }, "redis-pvc");
    for (const index of [0, 1, 2]) this.memory.set(`${set}-${index}`, new Set());
    let saved: string[] | undefined;
    this.onScript = (script, pod) => {
      if (script.includes(".rdb.part")) saved ??= this.file;
      if (script.includes("mv /data/storage-lab-exercise.rdb")) this.file = saved ?? [];
      return script.includes("redis-cli") ? this.redis(pod, script) : "";
    };
  }

  private redis(pod: string, script: string): string {
    const keys = this.memory.get(pod) ?? new Set(this.file);
    this.memory.set(pod, keys);
    const lines = script.split("\n").slice(1, -1);
    const replies = lines.map((line) => {
      const [command, ...words] = line.split(" ");
      if (command === "MSET") words.filter((_, index) => index % 2 === 0).forEach((key) => keys.add(key));
      if (command === "DEL") words.forEach((key) => keys.delete(key));
      if (command === "SAVE") this.file = [...keys];
      return command === "EXISTS" ? String(words.filter((key) => keys.has(key)).length) : "OK";
    });
    return replies.join("\n");
  }
}

describe("redis-shared", () => {
  it("passes when the last SAVE won, and gives file and replicas back", async () => {
    const cluster = new SharedRedis(["a student's"]);
    const result = await runExercise("redis-shared", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(
      `${set}-3 has: 0 of the keys that were saved first, 5 of those that were saved last`,
    );
    expect(seen(result)).toContain("lost: 5 of 10 keys");
    expect(cluster.file).toEqual(["a student's"]);
    expect(cluster.names("Pod")).toEqual([0, 1, 2].map((index) => `${set}-${index}`));
  });

  it("fails when the newcomer finds what was saved first", async () => {
    const cluster = new SharedRedis([]);
    const answer = cluster.onScript;
    cluster.onScript = (script, pod) =>
      pod === `${set}-3` && script.includes("EXISTS") ? "5\n5" : answer(script, pod);
    expect((await runExercise("redis-shared", cluster)).reason).toMatch(
      /redis-statefulset-pvc-3 should have 0 and 5 keys, but has 5 of the keys/,
    );
    expect(cluster.names("Pod")).toHaveLength(3);
  });

  it("fails when a replica has a claim of its own", async () => {
    const cluster = new FakeWorkloads().statefulSet({ name: set, namespace, replicas: 3, mountPath: "/data" });
    cluster.onScript = () => "OK";
    expect((await runExercise("redis-shared", cluster)).reason).toContain(
      `Pod ${set}-0 should have redis-pvc at /data, but has data-${set}-0`,
    );
  });
});

describe("redis-headless", () => {
  it("fails when serviceName is another than the headless Service's", async () => {
    const cluster = new FakeWorkloads().statefulSet({
      name: "redis-statefulset",
      namespace,
      replicas: 1,
      mountPath: "/data",
    });
    expect((await runExercise("redis-headless", cluster)).reason).toBe(
      "serviceName of StatefulSet default/redis-statefulset is redis-statefulset, not redis-headless",
    );
  });
});

describe("services", () => {
  const name = "statefulset-redis-not-exist-pvc";
  const service = "redis-not-exist-pvc-clusterip";

  /** @param below What DNS answers for a pod's name below the ClusterIP Service. */
  const cluster = (clusterIP: string, below = ""): FakeWorkloads => {
    const made = new FakeWorkloads().statefulSet({ name, namespace: "shiqi", replicas: 1, mountPath: "/data" });
    made.add("Service", { metadata: { name: service, namespace: "shiqi" }, spec: { clusterIP } });
    made.onCreate = (kind, object) => {
      if (kind !== "Pod") return;
      const status = { conditions: [{ type: "Ready", status: "True" }] };
      Object.assign(object, { metadata: { ...object.metadata, uid: "helper" }, status });
    };
    made.onScript = () =>
      [`10.244.1.1 STREAM x`, "10.96.0.7 STREAM x", "PONG\nid=1 laddr=10.244.1.1:6379", below]
        .map((answer, index) => `## ${index}\n${answer}`)
        .join("\n");
    return made;
  };

  it("passes when DNS answers with the pod's address for the one and the Service's own for the other", async () => {
    const result = await runExercise("services", cluster("10.96.0.7"));
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain(`ClusterIP: the Service's own: ${service}.shiqi.svc.cluster.local → 10.96.0.7`);
    expect(seen(result)).toMatch(/no pod has a name below it: .* → no answer/);
  });

  it("fails when the Service is headless, too", async () => {
    expect((await runExercise("services", cluster("None"))).reason).toMatch(
      /should have an address, but clusterIP is None/,
    );
  });
});
