import { FakeWorkloads } from "./fake-workloads";
import { runExercise, seen } from "./run-exercise";

const namespace = "shiqi";

describe("mysql", () => {
  const folder = "/var/lib/mysql";

  /** Each pod answers with the row in its claim's files. */
  const databases = (replicas = 3, claim?: string): FakeWorkloads => {
    const cluster = new FakeWorkloads().statefulSet({ name: "mysql", namespace, replicas, mountPath: folder }, claim);
    cluster.onScript = (script, pod) => {
      const files = cluster.filesOf(pod);
      const [, name, word] = /VALUES \('(\S+)', '(\S+)'\)/.exec(script) ?? [];
      if (name) {
        files.set("proof", `${name}\t${word}`);
        return "8.0.42";
      }
      if (!script.includes("SELECT")) return "";
      return `${files.get("proof") ?? ""}\n-- mounts --\nnas:/nfs/data-${pod} ${folder} nfs4 rw 0 0`;
    };
    return cluster;
  };

  it("passes when each new pod has the row of its predecessor, and drops its database in each", async () => {
    const cluster = databases();
    const result = await runExercise("mysql", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(/mysql-2, pod uid pod-6: read \(mysql-2, \S+\); claim data-mysql-2 → pv-data-mysql-2/);
    expect(cluster.scripts.slice(-3).map((script) => script.includes("DROP DATABASE IF EXISTS"))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("hands no password over as an argument", async () => {
    const cluster = databases();
    await runExercise("mysql", cluster);
    const clients = cluster.scripts.filter((script) => script.includes("--user=root"));
    expect(clients).not.toHaveLength(0);
    for (const script of clients) {
      expect(script).toContain('MYSQL_PWD=$MYSQL_ROOT_PASSWORD "$client"');
      expect(script).not.toMatch(/--password|-p\$|-p"/);
    }
  });

  it("fails when a row is lost, names the pod, and drops its database all the same", async () => {
    const cluster = databases();
    const answer = cluster.onScript;
    cluster.onScript = (script, pod) =>
      script.includes("SELECT pod") && pod === "mysql-1"
        ? String(answer(script, pod)).replace(/^.*\n/, "\n")
        : answer(script, pod);
    expect((await runExercise("mysql", cluster)).reason).toMatch(
      /the new Pod shiqi\/mysql-1 should have the row \(mysql-1, \S+\), but has \(\)/,
    );
    expect(cluster.scripts.at(-1)).toContain("DROP DATABASE IF EXISTS");
  });

  it("fails when the replicas share a claim", async () => {
    expect((await runExercise("mysql", databases(3, "one"))).reason).toMatch(
      /should have a claim of its own at \/var\/lib\/mysql, but has one/,
    );
  });

  it("fails with fewer replicas than the course has", async () => {
    const result = await runExercise("mysql", databases(2));
    expect(result.reason).toBe("StatefulSet shiqi/mysql has 2 replicas, but the course's has 3");
    expect(result.remedy).toContain("--replicas=3");
  });
});

describe("wordpress", () => {
  const uploads = "/var/www/html/wp-content/uploads";

  const course = (sources = { claim: "pvc-wordpress" }): FakeWorkloads => {
    const rest = { namespace, replicas: 1, mountPath: uploads };
    const cluster = new FakeWorkloads()
      .deployment({ ...rest, name: "wordpress-emptydir" }, { emptyDir: {} })
      .deployment({ ...rest, name: "wordpress-claim" }, { persistentVolumeClaim: { claimName: sources.claim } });
    cluster.onScript = (script, pod) => {
      const files = cluster.filesOf(pod);
      const word = /printf %s (\S+)/.exec(script)?.[1];
      if (word) files.set("upload", word);
      if (script.startsWith("rm")) files.delete("upload");
      return files.get("upload") ?? "";
    };
    return cluster;
  };

  it("passes when the emptyDir is empty and the claim is not, and removes the upload", async () => {
    const cluster = course();
    const result = await runExercise("wordpress", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(
      /wordpress-emptydir, on an emptyDir: \S+ deleted, \S+ replaces it: the upload is lost/,
    );
    expect(seen(result)).toMatch(/wordpress-claim, on the claim pvc-wordpress: .*: the upload exists: \S+/);
    expect(cluster.files.get("pvc-wordpress")?.size).toBe(0);
  });

  it("fails when the claim's upload is gone, too", async () => {
    const cluster = course();
    const answer = cluster.onScript;
    cluster.onScript = (script, pod) => (script.startsWith(`ls ${uploads}`) ? "" : answer(script, pod));
    expect((await runExercise("wordpress", cluster)).reason).toMatch(/pvc-wordpress should still hold .* nothing$/);
  });

  it("fails when the emptyDir kept its upload", async () => {
    const cluster = course();
    const answer = cluster.onScript;
    cluster.onScript = (script, pod) => (script.startsWith(`ls ${uploads}`) ? "kept" : answer(script, pod));
    expect((await runExercise("wordpress", cluster)).reason).toBe(
      "an emptyDir should be empty in a new pod, but it holds kept",
    );
  });

  it("fails when the uploads are on another claim", async () => {
    expect((await runExercise("wordpress", course({ claim: "other" }))).reason).toMatch(
      /should have a pod with the claim pvc-wordpress at/,
    );
  });
});
