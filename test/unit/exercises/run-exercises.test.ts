import { setTimeout as delay } from "node:timers/promises";
import type { Check } from "../../../exercises/runner/exercise";
import { Failure } from "../../../exercises/runner/failure";
import { ownedBy, exerciseNamespace } from "../../../exercises/cluster/owned";
import { atOnceDefault, runExercises } from "../../../exercises/runner/run-exercises";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { FakeCluster } from "./fake-cluster";

const exercise = (id: string, run: Check["run"], rest: Partial<Check> = {}): Check => ({
  id,
  title: `title of ${id}`,
  proves: "",
  readOnly: false,
  timeoutSeconds: 5,
  touches: () => [],
  run,
  ...rest,
});

const runOne = async (one: Check, cluster = new FakeCluster(), signal?: AbortSignal) => {
  const [result] = await runExercises([one], cluster, courseSettings, { signal });
  if (!result) throw new Error("one exercise, one result");
  return result;
};

describe("a run", () => {
  it("answers what was seen when the exercise passes", async () => {
    const result = await runOne(
      exercise("seen", (context) => {
        context.saw("uid", "42");
        return Promise.resolve();
      }),
    );
    expect(result).toMatchObject({ id: "seen", passed: true, evidence: [{ label: "uid", value: "42" }] });
    expect(result.reason).toBeUndefined();
  });

  it("answers reason, remedy and what was seen until then when it fails", async () => {
    const result = await runOne(
      exercise("fails", (context) => {
        context.saw("uid", "42");
        return Promise.reject(new Failure("the claim is Pending", "look at its events"));
      }),
    );
    expect(result).toMatchObject({
      passed: false,
      reason: "the claim is Pending",
      remedy: "look at its events",
      evidence: [{ label: "uid", value: "42" }],
    });
  });

  it("keeps the order given, however long each takes", async () => {
    const slow = exercise("slow", () => delay(50));
    const fast = exercise("fast", () => Promise.resolve());
    const results = await runExercises([slow, fast], new FakeCluster(), courseSettings);
    expect(results.map(({ id }) => id)).toEqual(["slow", "fast"]);
  });

  it("runs exercises side by side, but not those that touch the same object", async () => {
    const log: string[] = [];
    const logging = (id: string, touched: string): Check =>
      exercise(
        id,
        async () => {
          log.push(`+${id}`);
          await delay(40);
          log.push(`-${id}`);
        },
        { touches: () => [touched] },
      );
    await runExercises(
      [logging("first", "redis"), logging("second", "redis"), logging("other", "claim")],
      new FakeCluster(),
      courseSettings,
    );
    expect(log.indexOf("+second")).toBeGreaterThan(log.indexOf("-first"));
    expect(log.indexOf("+other")).toBeLessThan(log.indexOf("-first"));
  });

  it.each([
    [1, 1],
    [3, 3],
    [undefined, atOnceDefault],
  ])("runs as many side by side as asked for: %s", async (atOnce, expected) => {
    let running = 0;
    let most = 0;
    const counting = Array.from({ length: 8 }, (_, index) =>
      exercise(`counting-${index}`, async () => {
        most = Math.max(most, ++running);
        await delay(10);
        running--;
      }),
    );
    const results = await runExercises(counting, new FakeCluster(), courseSettings, { atOnce });
    expect(results.every(({ passed }) => passed)).toBe(true);
    expect(most).toBe(expected);
  });

  it("gives a free place to the first in the list, also to one that waited for an object until then", async () => {
    const log: string[] = [];
    const logging = (id: string, touched: string): Check =>
      exercise(
        id,
        async () => {
          log.push(id);
          await delay(5);
        },
        { touches: () => [touched] },
      );
    const list = [logging("first", "redis"), logging("second", "redis"), logging("other", "a"), logging("last", "b")];
    await runExercises(list, new FakeCluster(), courseSettings, { atOnce: 1 });
    expect(log).toEqual(["first", "second", "other", "last"]);
  });

  it("ends an exercise that hangs, and names what it waited for", async () => {
    const hangs = exercise(
      "hangs",
      (context) => context.until("the moon", { seconds: 60 }, () => new Promise<undefined>(() => {})),
      { timeoutSeconds: 0.05 },
    );
    expect((await runOne(hangs)).reason).toBe("timed out after 0.05 s, waiting for the moon");
  });

  it("tells what was missing when a wait of the exercise's own is over", async () => {
    const waits = exercise("waits", (context) =>
      context.until("the claim to be Bound", { seconds: 0, missing: () => "it is Pending", remedy: "wait" }, () =>
        Promise.resolve(undefined),
      ),
    );
    const result = await runOne(waits);
    expect(result.reason).toBe("the claim to be Bound: timed out after 0 s: it is Pending");
    expect(result.remedy).toBe("wait");
  });

  it("ends when the user gives up, and tidies up after itself", async () => {
    const cluster = new FakeCluster();
    const user = new AbortController();
    const given = exercise("given-up", async (context) => {
      await context.cluster.create("PersistentVolume", { metadata: { name: "own", labels: ownedBy(context.id) } });
      user.abort(new Failure("interrupted"));
      await context.until("nothing", { seconds: 60 }, () => Promise.resolve(undefined));
    });
    expect((await runOne(given, cluster, user.signal)).reason).toBe("interrupted");
    expect(cluster.names("PersistentVolume")).toEqual([]);
  });
});

describe("tidying", () => {
  it("undoes last first, also after a failure", async () => {
    const log: string[] = [];
    const undoes = exercise("undoes", (context) => {
      for (const what of ["one", "two"]) context.afterwards(what, () => Promise.resolve(void log.push(what)));
      return Promise.reject(new Failure("no"));
    });
    await runOne(undoes);
    expect(log).toEqual(["two", "one"]);
  });

  it("fails an exercise that passed but could not be undone", async () => {
    const result = await runOne(
      exercise("stuck", (context) => {
        context.afterwards("removing the directory", () => Promise.reject(new Failure("read-only", "look at the NAS")));
        return Promise.resolve();
      }),
    );
    expect(result.passed).toBe(false);
    expect(result.reason).toBe("cleanup: removing the directory failed: read-only");
    expect(result.remedy).toBe("look at the NAS");
  });

  it("removes what the exercise and an interrupted run of it left, and nothing else", async () => {
    const cluster = new FakeCluster()
      .add("PersistentVolume", { metadata: { name: "left over", labels: ownedBy("mine") } })
      .add("PersistentVolume", { metadata: { name: "of another", labels: ownedBy("another") } })
      .add("PersistentVolume", { metadata: { name: "the course's" } });
    let atStart: unknown;
    const result = await runOne(
      exercise("mine", async (context) => {
        atStart = cluster.names("PersistentVolume");
        await context.cluster.create("PersistentVolume", { metadata: { name: "new", labels: ownedBy("mine") } });
      }),
      cluster,
    );
    expect(result.passed).toBe(true);
    expect(atStart).toEqual(["of another", "the course's"]);
    expect(cluster.names("PersistentVolume")).toEqual(["of another", "the course's"]);
  });

  it("leaves a provisioned volume to its provisioner, and its class until that is done", async () => {
    const namespace = "storage-lab-exercise-mine";
    const volume = (name: string, persistentVolumeReclaimPolicy: string) => ({
      metadata: { name },
      spec: { persistentVolumeReclaimPolicy, claimRef: { namespace, name: "claim" } },
    });
    const cluster = new FakeCluster()
      .add("StorageClass", { metadata: { name: "own", labels: ownedBy("mine") }, provisioner: "nfs" })
      .add("PersistentVolumeClaim", { metadata: { name: "claim", namespace, labels: ownedBy("mine") } })
      .add("PersistentVolume", volume("deleted", "Delete"))
      .add("PersistentVolume", volume("kept", "Retain"));
    const removed: string[] = [];
    cluster.onRemove = (_kind, name) => {
      removed.push(name);
      if (name !== "claim") return;
      // The provisioner's part: the object is its to remove, with the directory.
      const at = cluster.objects.findIndex(({ object }) => object.metadata?.name === "deleted");
      cluster.objects.splice(at, 1);
    };
    const result = await runOne(
      exercise("mine", () => Promise.resolve()),
      cluster,
    );
    expect(result.reason).toBeUndefined();
    expect(removed).toEqual(["claim", "kept", "own"]);
    expect(cluster.objects).toEqual([]);
  });

  it("does not even look for leftovers of an exercise that only reads", async () => {
    const cluster = new FakeCluster().add("Pod", { metadata: { name: "pod", labels: ownedBy("reads") } });
    await runOne(
      exercise("reads", () => Promise.resolve(), { readOnly: true }),
      cluster,
    );
    expect(cluster.names("Pod")).toEqual(["pod"]);
  });

  it("refuses a namespace of the exercise's name that is not the exercise's", async () => {
    const cluster = new FakeCluster().add("Namespace", { metadata: { name: "storage-lab-exercise-mine" } });
    const result = await runOne(
      exercise("mine", async (context) => void (await exerciseNamespace(context))),
      cluster,
    );
    expect(result.reason).toMatch(/a Namespace storage-lab-exercise-mine exists already/);
    expect(cluster.names("Namespace")).toEqual(["storage-lab-exercise-mine"]);
  });
});
