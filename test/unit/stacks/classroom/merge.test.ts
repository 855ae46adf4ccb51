import { merge, type MergeOptions } from "../../../../stacks/classroom/merge";
import type { RosterStudent } from "../../../../stacks/classroom/roster";
import { EMPTY_RECORD, type StudentRecord } from "../../../../stacks/classroom/students";

const entry = (name: string, more: Partial<RosterStudent> = {}): RosterStudent => ({
  name,
  labelled: false,
  line: 1,
  ...more,
});
const roster = (...names: string[]) => names.map((name) => entry(name));
const numbered = (count: number, start = 0) =>
  roster(...Array.from({ length: count }, (_, index) => `s${String(start + index).padStart(4, "0")}`));
const sizes = ({ students }: StudentRecord) => {
  const counts: Record<number, number> = {};
  for (const { shard } of students) counts[shard] = (counts[shard] ?? 0) + 1;
  return Object.values(counts);
};
const made = (all: RosterStudent[], options?: MergeOptions) => merge(EMPTY_RECORD, all, options).record;

test("a first roster is recorded by name, whatever its order", () => {
  const { record, added, changed, missing } = merge(EMPTY_RECORD, roster("wu", "li"));
  expect(record).toEqual({
    students: [
      { name: "li", uid: 20001, shard: 1, generation: 1 },
      { name: "wu", uid: 20002, shard: 1, generation: 1 },
    ],
    removed: [],
  });
  expect([added.length, changed, missing]).toEqual([2, [], []]);
  expect(made(roster("li", "wu"))).toEqual(record);
});

test("uids may begin elsewhere", () => expect(made(roster("li"), { firstUid: 30001 }).students[0]!.uid).toBe(30001));

test("the same roster changes nothing", () => {
  const before = made(numbered(70));
  expect(merge(before, numbered(70).reverse())).toEqual({
    record: before,
    added: [],
    changed: [],
    missing: [],
    removed: [],
  });
});

test("what the roster says of a student is taken over, and what it no longer says is gone", () => {
  const before = made([entry("li", { group: "a", capacity: "2Gi" }), entry("wu")]);
  const { record, changed } = merge(before, [entry("li", { realName: "Li" }), entry("wu", { capacity: "3Gi" })]);
  expect(changed).toEqual([
    { name: "li", keys: ["realName", "group", "capacity"] },
    { name: "wu", keys: ["capacity"] },
  ]);
  expect(record.students).toMatchObject([
    { name: "li", realName: "Li", uid: 20001, shard: 1, generation: 1 },
    { name: "wu", capacity: "3Gi", uid: 20002 },
  ]);
  expect(record.students[0]!.group).toBeUndefined();
});

describe("a student taken off the roster", () => {
  const before = made(roster("li", "wu"));

  test("is kept", () => {
    const { record, missing } = merge(before, roster("wu"));
    expect(record).toEqual(before);
    expect(missing.map(({ name }) => name)).toEqual(["li"]);
  });

  test("is removed by name, and the uid and the shard are remembered", () => {
    const { record, missing, removed } = merge(before, roster("wu"), { remove: ["li"] });
    expect(record).toEqual({
      students: [before.students[1]],
      removed: [{ name: "li", uid: 20001, shard: 1, generation: 1 }],
    });
    expect([missing, removed]).toEqual([[], [before.students[0]]]);
  });

  test("is not removed while on it, nor is one who was never in the class", () => {
    expect(() => merge(before, roster("li", "wu"), { remove: ["li", "zhao"] })).toThrow(
      "Nobody was removed: li is on the roster: take the student off it first; zhao is no student of this class.",
    );
  });

  test("comes back as somebody new: another uid and password, in the shard that has what was left", () => {
    const more = made(numbered(60));
    const gone = merge(more, numbered(59), { remove: ["s0059"] }).record;
    const { added } = merge(gone, [...numbered(60), entry("zz")]);
    expect(added).toEqual([
      { name: "s0059", uid: 20061, shard: 2, generation: 2 },
      { name: "zz", uid: 20062, shard: expect.any(Number) as number, generation: 1 },
    ]);
  });
});

describe("one whose name another release spells differently", () => {
  const before = made([entry("zhang-wei", { realName: "张伟" })]);

  test("stays who it is", () => {
    expect(merge(before, [entry("zhangwei", { realName: "张伟" })])).toMatchObject({
      record: before,
      added: [],
      missing: [],
    });
  });

  test("but not with a label of its own", () => {
    const { added, missing } = merge(before, [entry("zhang-wei-2", { realName: "张伟", labelled: true })]);
    expect([added.length, missing.length]).toEqual([1, 1]);
  });
});

describe("shards", () => {
  test.each([
    [1, [1]],
    [30, [30]],
    [35, [35]],
    [36, [30, 6]],
    [70, [35, 35]],
    [100, [34, 33, 33]],
  ])("of %d students", (count, expected) => expect(sizes(made(numbered(count)))).toEqual(expected));

  test("of a thousand are 33, of 30 or 31", () => {
    const all = sizes(made(numbered(1000)));
    expect(all).toHaveLength(33);
    expect([Math.min(...all), Math.max(...all)]).toEqual([30, 31]);
  });

  test("of another size", () => expect(sizes(made(numbered(8), { shardSize: 3 }))).toEqual([3, 3, 2]));

  test("a place that was given up is given again, the uid is not", () => {
    const before = made(numbered(60));
    const { record } = merge(before, numbered(60).slice(1), { remove: ["s0000"] });
    expect(merge(record, [...numbered(60).slice(1), entry("new")]).added).toEqual([
      { name: "new", uid: 20061, shard: 1, generation: 1 },
    ]);
  });
});

/** A small generator of numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

// What the teacher does in any order; after each step everybody is looked at.
test.each([1, 2, 3, 4, 5, 6, 7, 8])("nobody is changed by others, history %d", (seed) => {
  const next = numbers(seed);
  const shardSize = 1 + next(12);
  let record = EMPTY_RECORD;
  let names = new Set<string>();
  const uids = new Set<number>();
  for (let step = 0; step < 25; step++) {
    const wanted = new Set(names);
    const many = next(4) === 0 ? next(40) : next(3);
    for (let i = 0; i < many; i++) wanted.add(`s${next(200)}`);
    for (const name of names) if (next(10) === 0) wanted.delete(name);
    const remove = record.students.map(({ name }) => name).filter((name) => !wanted.has(name) && next(2) === 0);
    const all = roster(...wanted);
    const keys = new Map(all.map((each) => [each, next(1000)]));
    const shuffled = [...all].sort((a, b) => keys.get(a)! - keys.get(b)!);
    const before = record;
    const { added, ...merged } = merge(before, shuffled, { shardSize, remove });
    expect(merge(before, all, { shardSize, remove })).toEqual({ added, ...merged });
    record = merged.record;
    names = wanted;

    const kept = before.students.filter(({ name }) => !remove.includes(name));
    expect(record.students.slice(0, kept.length)).toEqual(kept);
    const present = record.students.map(({ name }) => name);
    expect(new Set(present).size).toBe(present.length);
    expect([...wanted].filter((name) => !present.includes(name))).toEqual([]);
    expect(added.filter(({ uid }) => uids.has(uid))).toEqual([]);
    for (const { uid } of added) uids.add(uid);
    // More in one shard only where those who had been removed came back to theirs.
    const back = added.filter(({ generation }) => generation > 1).length;
    expect(Math.max(0, ...sizes(record))).toBeLessThanOrEqual(
      Math.max(shardSize + Math.floor(shardSize / 6) + back, ...sizes(before)),
    );
    expect(merge(record, all, { shardSize }).record).toEqual(record);
  }
});
