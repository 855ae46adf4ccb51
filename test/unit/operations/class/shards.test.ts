import { parse } from "yaml";
import { digest } from "../../../../operations/class/class-objects";
import { Estimate } from "../../../../exercises/runner/estimate";
import { eachShard, requireAll } from "../../../../operations/class/apply-shards";
import { renderShardFile, type Shard, shardsOf } from "../../../../operations/class/shard-stacks";
import type { ClassLab } from "../../../../operations/class/class-lab";

const settings = { kubeconfig: "~/.kube/class", class: "school" } as ClassLab["settings"];
const student = (name: string, shard: number) => ({ name, uid: 20000 + shard, shard, generation: 1 });
const step = { waiting: () => {}, note: () => {} };

describe("a shard's stack file", () => {
  const write = (before?: string) => renderShardFile(before, { stack: "org/classroom-school", settings }, 3);

  test("says which students it is of, and where", () => {
    expect(parse(write())).toEqual({
      config: {
        "storage-lab:program": "shard",
        "storage-lab:shard": { kubeconfig: "~/.kube/class", classStack: "org/classroom-school", shard: 3 },
      },
    });
  });

  test("keeps what Pulumi and people wrote, and follows the class's cluster", () => {
    const before =
      "encryptionsalt: v1:abc\n# mine\nconfig:\n  storage-lab:program: shard\n  storage-lab:shard:\n    kubeconfig: old\n    context: other\n    classStack: org/classroom-school\n    shard: 3\n";
    const after = write(before);
    expect(after).toContain("encryptionsalt: v1:abc");
    expect(after).toContain("# mine");
    expect((parse(after) as { config: Record<string, unknown> }).config["storage-lab:shard"]).toEqual({
      kubeconfig: "~/.kube/class",
      classStack: "org/classroom-school",
      shard: 3,
    });
    expect(write(after)).toBe(after);
  });
});

test("shards come in order, each with its students", () => {
  const record = { students: [student("c", 10), student("a", 2), student("b", 10)], removed: [student("d", 3)] };
  expect(
    shardsOf({ stack: "classroom-x", record }).map(({ stack, students }) => [stack, students.map(({ name }) => name)]),
  ).toEqual([
    ["classroom-x-2", ["a"]],
    ["classroom-x-3", []],
    ["classroom-x-10", ["c", "b"]],
  ]);
});

describe("shards side by side", () => {
  const shards: Shard[] = [1, 2, 3, 4, 5].map((number) => ({
    number,
    stack: `classroom-x-${number}`,
    students: [student(`s${number}`, number)],
  }));
  const work = shards.map((shard) => ({ shard }));

  test("no more at a time than was said", async () => {
    let now = 0;
    let most = 0;
    await eachShard(work, { atOnce: 2, step }, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    });
    expect(most).toBe(2);
  });

  test("one that fails stops no other, and the error names its students", async () => {
    const end = await eachShard(work, { atOnce: 3, step }, ({ shard: { number } }) =>
      number === 2 ? Promise.reject(new Error("the API server is away")) : Promise.resolve(),
    );
    expect(end.done.map(({ number }) => number)).toEqual([1, 3, 4, 5]);
    expect(() => requireAll(end, "class up")).toThrow(
      /1 students failed.*classroom-x-2 \(s2\):\n {4}the API server is away/s,
    );
  });

  test("after a signal none is begun", async () => {
    const begun: number[] = [];
    const working = eachShard(work, { atOnce: 1, step }, async ({ shard: { number } }) => {
      begun.push(number);
      process.emit("SIGTERM");
      await Promise.resolve();
    });
    await Promise.race([working, new Promise((resolve) => setTimeout(resolve, 50))]);
    expect(begun).toEqual([1]);
  });
});

test("an estimate counts on the same time for each student", () => {
  let now = 0;
  const estimate = new Estimate(100, () => now);
  expect(estimate.text).toBe("0 of 100 students");
  now = 30_000;
  estimate.add(25);
  expect(estimate.text).toBe("25 of 100 students, about 1 min 30 s left");
});

describe("the digest of objects", () => {
  const object = { kind: "Secret", metadata: { name: "a", namespace: "n", uid: "1" }, data: { x: "1" } };

  test("does not depend on their order, nor on what controllers note", () => {
    const other = { ...object, metadata: { ...object.metadata, name: "b" } };
    const noted = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: "7", managedFields: [] },
      status: { a: 1 },
    };
    expect(digest([object, other])).toBe(digest([other, noted]));
  });

  test.each([
    ["another value", { ...object, data: { x: "2" } }],
    ["one made anew", { ...object, metadata: { ...object.metadata, uid: "2" } }],
    ["one that is going", { ...object, metadata: { ...object.metadata, deletionTimestamp: new Date(0) } }],
  ])("shows %s", (_what, changed) => {
    expect(digest([changed])).not.toBe(digest([object]));
  });
});
