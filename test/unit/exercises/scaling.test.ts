import type { V1Pod } from "@kubernetes/client-node";
import { mustFollow } from "../../../exercises/sections/workloads/scaling";
import { FakeWorkloads } from "./fake-workloads";
import { runExercise, seen } from "./run-exercise";

const namespace = "shiqi";
const set = "statefulset-redis-not-exist-pvc";
const uploads = "/var/www/html/wp-content/uploads";
const annotation = "storage-lab.example/exercise-before";

/** A Redis that keeps its keys in its claim's files, and answers for every name that it is asked about. */
const redisCluster = (replicas = 1): FakeWorkloads => {
  const cluster = new FakeWorkloads().statefulSet({ name: set, namespace, replicas, mountPath: "/data" });
  cluster.onScript = (script, pod) => {
    if (script.includes("## 0")) return answers(cluster, script);
    const files = cluster.filesOf(pod);
    const [, key = "", word = ""] = /SET (\S+) (\S+)/.exec(script) ?? [];
    if (word) files.set(key, word);
    const wanted = /GET (\S+)/.exec(script)?.[1];
    return wanted ? (files.get(wanted) ?? "") : "OK\nOK";
  };
  return cluster;
};

const answers = (cluster: FakeWorkloads, script: string): string => {
  const pods = cluster.objects.flatMap(({ kind, object }) =>
    kind === "Pod" && "status" in object && object.status && "podIP" in object.status
      ? [{ name: object.metadata?.name ?? "", address: object.status.podIP ?? "" }]
      : [],
  );
  return script
    .split("echo '")
    .slice(1)
    .map((part) => {
      const head = part.slice(0, part.indexOf("'"));
      const asked = pods.find(({ name }) => part.includes(` ${name}.`));
      if (part.includes("redis-cli")) return `${head}\nPONG\nid=1 laddr=${asked?.address}:6379`;
      return [head, ...(asked ? [asked] : pods).map(({ address }) => `${address} STREAM x`)].join("\n");
    })
    .join("\n");
};

const stateOf = async (cluster: FakeWorkloads) => {
  const found = await cluster.find("StatefulSet", set, namespace);
  return {
    replicas: found?.spec?.replicas,
    note: found?.metadata?.annotations?.[annotation],
    claims: cluster.names("PersistentVolumeClaim"),
  };
};

const untouched = { replicas: 1, note: undefined, claims: [`data-${set}-0`] };

describe("scaling a StatefulSet", () => {
  it("passes, and leaves replicas and claims as they were", async () => {
    const cluster = redisCluster();
    const result = await runExercise("scaling-stateful-set", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(
      `claims afterwards: data-${set}-0, data-${set}-1, data-${set}-2\n${set}-1 again, pod uid pod-4: claim uid claim-1`,
    );
    expect(await stateOf(cluster)).toEqual(untouched);
  });

  it("puts right first what an interrupted run left", async () => {
    const cluster = redisCluster(3);
    await cluster.patch("StatefulSet", set, namespace, {
      metadata: { annotations: { [annotation]: JSON.stringify({ replicas: 1, claims: [`data-${set}-0`] }) } },
    });
    expect((await runExercise("scaling-stateful-set", cluster)).reason).toBeUndefined();
    expect(await stateOf(cluster)).toEqual(untouched);
  });

  it("keeps claims that were there before, though no pod uses them", async () => {
    const cluster = redisCluster();
    cluster.claim(`data-${set}-1`, namespace);
    expect((await runExercise("scaling-stateful-set", cluster)).reason).toBeUndefined();
    expect((await stateOf(cluster)).claims).toEqual([`data-${set}-0`, `data-${set}-1`]);
  });

  it("fails when a claim goes with its pod, and gives the replicas back all the same", async () => {
    const cluster = redisCluster();
    const keep = cluster.onPatch;
    cluster.onPatch = (kind, object) => {
      keep(kind, object);
      const spec = "spec" in object ? object.spec : undefined;
      if (spec && "replicas" in spec && spec.replicas === 1) {
        void cluster.remove("PersistentVolumeClaim", `data-${set}-2`, namespace);
      }
    };
    const result = await runExercise("scaling-stateful-set", cluster);
    expect(result.reason).toBe("of 3 claims only 2 are left and Bound");
    expect(await stateOf(cluster)).toEqual(untouched);
  });

  it("fails when the data are not there again", async () => {
    const cluster = redisCluster();
    const answer = cluster.onScript;
    cluster.onScript = (script, pod) => (script.includes("GET storage-lab") ? "" : answer(script, pod));
    expect((await runExercise("scaling-stateful-set", cluster)).reason).toMatch(/should find \S+ on its claim/);
  });
});

describe("the order of a StatefulSet's pods", () => {
  const pod = (name: string, status: "True" | "False"): V1Pod => ({
    metadata: { name },
    status: { conditions: [{ type: "Ready", status }] },
  });
  const last = pod("redis-2", "False");

  it("is right when a pod is made while all before it are Ready", () => {
    expect(() => mustFollow("redis", last, [pod("redis-0", "True"), pod("redis-1", "True"), last])).not.toThrow();
  });
  it("is wrong when one before it is not", () => {
    expect(() => mustFollow("redis", last, [pod("redis-0", "True"), pod("redis-1", "False"), last])).toThrow(
      "redis-2 was created before redis-1 was Ready",
    );
  });
  it("is wrong when a number is missing", () => {
    expect(() => mustFollow("redis", last, [pod("redis-0", "True"), last])).toThrow(
      "pod 1 should be redis-1, not redis-2",
    );
  });
});

describe("scaling a Deployment", () => {
  const cluster = (claim: string): FakeWorkloads => {
    const made = new FakeWorkloads().deployment(
      { name: "wordpress-claim", namespace, replicas: 1, mountPath: uploads },
      { persistentVolumeClaim: { claimName: claim } },
    );
    made.onScript = (script, pod) => {
      const word = /printf %s (\S+)/.exec(script)?.[1];
      if (word) made.filesOf(pod).set("upload", word);
      return made.filesOf(pod).get("upload") ?? "";
    };
    return made;
  };

  it("passes when the pods share one claim, and leaves one of them", async () => {
    const made = cluster("pvc-wordpress");
    const result = await runExercise("scaling-deployment", made);
    expect(result.reason).toBeUndefined();
    expect(result.evidence).toHaveLength(6);
    expect(made.names("Pod")).toHaveLength(1);
    expect(made.scripts.at(-1)).toContain("rm -f");
  });

  it("fails when the pods have another claim", async () => {
    expect((await runExercise("scaling-deployment", cluster("other"))).reason).toMatch(
      /should have the claim pvc-wordpress at .* but has other/,
    );
  });
});
