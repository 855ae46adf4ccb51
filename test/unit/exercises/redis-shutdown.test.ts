import { FakeWorkloads } from "./fake-workloads";
import { runExercise, seen } from "./run-exercise";

const namespace = "shiqi";
const set = "statefulset-redis-exist-pvc";

/** A Redis in a pod, with what it has in memory and on its volume. */
class EndingRedis extends FakeWorkloads {
  private memory = new Set<string>();
  private file = new Set<string>();
  private restarts = 0;

  /** @param saves The signals at which it saves. */
  constructor(saves: string[]) {
    super();
    this.statefulSet({ name: set, namespace, replicas: 1, mountPath: "/data" }, "pvc");
    this.onCreate = (kind, object) => {
      if (kind === "Pod")
        Object.assign(object, { metadata: { ...object.metadata, uid: "pod" }, status: this.status() });
    };
    this.onScript = (script, pod) => {
      const [, signal] = /kill -(\w+)/.exec(script) ?? [];
      if (signal) {
        if (saves.includes(signal)) this.file = new Set(this.memory);
        this.memory = new Set(this.file);
        this.restarts++;
        const found = this.objects.find(({ kind, object }) => kind === "Pod" && object.metadata?.name === pod)?.object;
        Object.assign(found ?? {}, { status: this.status() });
      }
      const [, command, key = ""] = /^(SET|EXISTS) (\w+)/m.exec(script) ?? [];
      if (command === "SET") this.memory.add(key);
      if (command === "EXISTS") return this.memory.has(key) ? "1" : "0";
      return script.includes("CONFIG GET save") ? "save\n3600 1 300 100 60 10000" : "OK";
    };
  }

  private status() {
    return {
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ restartCount: this.restarts }],
    };
  }
}

describe("redis-shutdown", () => {
  it("passes when SIGTERM saves and SIGKILL does not, and leaves no pod", async () => {
    const cluster = new EndingRedis(["TERM"]);
    const result = await runExercise("redis-shutdown", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toBe(
      "save points: 3600 1 300 100 60 10000\n" +
        "set, not saved, ended by SIGTERM: the key is there\n" +
        "set, not saved, ended by SIGKILL: the key is lost",
    );
    expect(cluster.names("Pod")).toEqual([`${set}-0`]);
  });

  it.each([
    [[], "after SIGTERM the key should be there, and EXISTS answers 0"],
    [["TERM", "KILL"], "after SIGKILL the key should be lost, and EXISTS answers 1"],
  ])("fails when it saves at %j", async (saves, reason) => {
    expect((await runExercise("redis-shutdown", new EndingRedis(saves))).reason).toBe(reason);
  });
});
