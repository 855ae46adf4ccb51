import type { ClassLab } from "../../../../operations/class/class-lab";
import type { Memory } from "../../../../operations/class/remembered";
import type { Shard } from "../../../../operations/class/shard-stacks";
import { targetsOf } from "../../../../operations/class/shard-targets";
import { ShardsMemory } from "../../../../operations/class/shard-work";
import { smallCluster } from "../small-lab";

const student = (name: string, more = {}) => ({ name, uid: 20001, shard: 1, generation: 1, ...more });
const shardOf = (...students: Shard["students"]): Shard => ({ number: 1, stack: "classroom-x-1", students });
const [ann, bob] = [student("ann"), student("bob")];

const labels = (name: string) => ({
  "storage-lab.example/class": "school",
  "storage-lab.example/student": name,
});
const namespaceOf = (name: string, uid = name) => ({ metadata: { name: `school-${name}`, uid, labels: labels(name) } });

function classWith(values: object = {}, ...namespaces: ReturnType<typeof namespaceOf>[]): ClassLab {
  const cluster = smallCluster();
  for (const each of namespaces) cluster.add("Namespace", each);
  const settings = { kubeconfig: "~/.kube/class", class: "school" };
  return { stack: "classroom-x", settings, cluster, made: { redisImage: "redis:7", ...values } } as unknown as ClassLab;
}

describe("what a run of class up has to do in a shard", () => {
  const memory: Memory = {};
  const first = classWith({}, namespaceOf("ann"), namespaceOf("bob"));
  const workOf = (lab: ClassLab, shard: Shard) => new ShardsMemory(lab, memory).work([shard]);
  beforeAll(async () => {
    const known = new ShardsMemory(first, memory);
    expect(await known.work([shardOf(ann, bob)])).toEqual([{ shard: shardOf(ann, bob), refresh: false }]);
    await known.note([{ shard: shardOf(ann, bob), refresh: false }]);
  });

  test("is nothing where nothing has changed", async () => {
    expect(await workOf(first, shardOf(ann, bob))).toEqual([]);
  });

  test("is what is recorded otherwise of one student, or of a new one, alone", async () => {
    const larger = student("ann", { capacity: "2Gi" });
    expect(await workOf(first, shardOf(larger, bob))).toMatchObject([{ students: [larger], refresh: false }]);
    const cai = student("cai");
    expect(await workOf(first, shardOf(ann, bob, cai))).toMatchObject([{ students: [cai], refresh: false }]);
  });

  test("is still what a student changed while another was worked on", async () => {
    const meanwhile = classWith({}, namespaceOf("ann", "another"), namespaceOf("bob", "another"));
    const own: Memory = structuredClone(memory);
    const shard = shardOf(ann, bob);
    await new ShardsMemory(meanwhile, own).note([{ shard, students: [ann], refresh: false }]);
    expect(await new ShardsMemory(meanwhile, own).work([shard])).toEqual([{ shard, students: [bob], refresh: true }]);
  });

  test.each([
    ["made anew", classWith({}, namespaceOf("ann"), namespaceOf("bob", "another"))],
    ["gone", classWith({}, namespaceOf("ann"))],
  ])("is a look at the student whose objects are %s", async (_what, lab) => {
    expect(await workOf(lab, shardOf(ann, bob))).toMatchObject([{ students: [bob], refresh: true }]);
  });

  test("is all of it where a student was removed, or what all have in common has changed", async () => {
    expect(await workOf(first, shardOf(bob))).toEqual([{ shard: shardOf(bob), refresh: false }]);
    const changed = classWith({ redisImage: "redis:8" }, namespaceOf("ann"), namespaceOf("bob"));
    expect((await workOf(changed, shardOf(ann, bob)))[0]?.students).toBeUndefined();
  });
});

test("a run is limited to students by their labs and by all that they have", () => {
  const urn = (type: string, name: string) => `urn:pulumi:classroom-x-1::storage-lab::${type}::${name}`;
  const lab = (name: string) => urn("storage-lab:classroom:StudentLab", name);
  const resources = ["ann", "ann-2"].flatMap((name) => [
    { urn: lab(name), type: "storage-lab:classroom:StudentLab" },
    { urn: urn("kubernetes:core/v1:Secret", `${name}-redis`), type: "kubernetes:core/v1:Secret", parent: lab(name) },
  ]);
  expect(targetsOf([ann], "org/classroom-x-1", resources)).toEqual([
    "--target",
    lab("ann"),
    "--target",
    urn("kubernetes:core/v1:Secret", "ann-redis"),
    "--target-dependents",
  ]);
});
