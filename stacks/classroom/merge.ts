import * as pulumi from "@pulumi/pulumi";
import type { RosterStudent as Row } from "./roster";
import { FIRST_UID, shardsOf, type Student, type StudentRecord } from "./students";

/** How many students a shard is filled with. */
export const SHARD_SIZE = 30;

/** A student as a roster has them, wherever. */
type RosterStudent = Omit<Row, "line">;

export interface MergeOptions {
  /** How many students a shard is filled with, before a sixth more. @default 30 */
  shardSize?: number;
  /** uid of the first student. @default 20001 */
  firstUid?: number;
  /** Names of students who are taken off the record, for good. @default none: who is not on the roster stays */
  remove?: string[];
}

/** What another roster changes of a student. */
export interface StudentChange {
  name: string;
  keys: ("realName" | "group" | "capacity")[];
}

export interface Merged {
  record: StudentRecord;
  added: Student[];
  changed: StudentChange[];
  /** Who is recorded and not on the roster: kept. */
  missing: Student[];
  removed: Student[];
}

/**
 * The record with the roster in it. Nobody's uid, shard and generation ever change. Who is new comes by name, so that the
 * order of the roster does not matter.
 *
 * A uid is never given twice: files, quotas and backups on the NAS have it for longer than the record has the student.
 * A place in a shard is given again, since nothing is left of a student in the stack that the shard is: stacks would
 * otherwise only ever become more, each with fewer students.
 */
export function merge(before: StudentRecord, roster: RosterStudent[], options: MergeOptions = {}): Merged {
  const { shardSize = SHARD_SIZE, firstUid = FIRST_UID, remove = [] } = options;
  const found = matched(before.students, roster);
  const removed = removedStudents(before.students, remove, new Set(found.keys()));
  const kept = before.students.filter((each) => !removed.includes(each));

  const changed: StudentChange[] = [];
  const students = kept.map((student) => {
    const entry = found.get(student.name);
    if (!entry) return student;
    const next = { ...student, ...said(entry, student) };
    const keys = (["realName", "group", "capacity"] as const).filter((key) => student[key] !== next[key]);
    if (keys.length > 0) changed.push({ name: student.name, keys });
    return next;
  });

  const known = new Set(found.values());
  const fresh = roster.filter((entry) => !known.has(entry)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const gone = [
    ...before.removed,
    ...removed.map(({ name, uid, shard, generation }) => ({ name, uid, shard, generation })),
  ];
  // Two stacks at once would delete and make one namespace.
  const back = fresh.map(({ name }) => gone.findLast((each) => each.name === name));
  const shards = places(
    { students, removed: gone },
    back.map((each) => each?.shard),
    shardSize,
  );
  const lastUid = Math.max(firstUid - 1, ...[...before.students, ...before.removed].map(({ uid }) => uid));
  const added = fresh.map<Student>((entry, index) => ({
    name: entry.name,
    ...present(entry),
    uid: lastUid + 1 + index,
    shard: shards[index] ?? 1,
    // A password of before opens nothing of somebody new.
    generation: (back[index]?.generation ?? 0) + 1,
  }));
  return {
    record: { students: [...students, ...added], removed: gone },
    added,
    changed,
    missing: kept.filter(({ name }) => !found.has(name)),
    removed,
  };
}

/**
 * Recorded name → entry of the roster: of the same label, and without a label given also of the same real name, which
 * another release of the transliteration may spell differently.
 */
function matched(students: Student[], roster: RosterStudent[]): Map<string, RosterStudent> {
  const names = new Set(students.map(({ name }) => name));
  const found = new Map(roster.filter(({ name }) => names.has(name)).map((entry) => [entry.name, entry]));
  for (const entry of roster) {
    if (entry.labelled || entry.realName === undefined || names.has(entry.name)) continue;
    const same = students.filter(({ name, realName }) => realName === entry.realName && !found.has(name));
    if (same.length === 1 && same[0]) found.set(same[0].name, entry);
  }
  return found;
}

function removedStudents(students: Student[], remove: string[], onRoster: Set<string>): Student[] {
  const errors = remove.flatMap((name) => {
    if (onRoster.has(name)) return [`${name} is on the roster: take the student off it first`];
    return students.some((each) => each.name === name) ? [] : [`${name} is no student of this class`];
  });
  if (errors.length > 0) throw new pulumi.RunError(`Nobody was removed: ${errors.join("; ")}.`);
  return students.filter(({ name }) => remove.includes(name));
}

/** What the roster decides; what it does not say is no longer so. */
function said({ realName, group, capacity }: RosterStudent, student: Student): Partial<Student> {
  return { realName, group, capacity, name: student.name };
}

function present({ realName, group, capacity }: RosterStudent) {
  return {
    ...(realName !== undefined && { realName }),
    ...(group !== undefined && { group }),
    ...(capacity !== undefined && { capacity }),
  };
}

/**
 * The shards of new students, of whom some have a shard already: free places first. The few that are left go to shards
 * that are full, up to a sixth more in each, rather than into a stack of their own.
 */
function places(record: StudentRecord, own: (number | undefined)[], shardSize: number): number[] {
  const sizes = new Map(shardsOf(record).map((shard) => [shard, 0]));
  const take = (shard: number) => {
    sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
    return shard;
  };
  for (const shard of [...record.students.map((each) => each.shard), ...own]) if (shard !== undefined) take(shard);

  const count = own.filter((shard) => shard === undefined).length;
  const free = [...sizes].flatMap(([shard, size]) => Array<number>(Math.max(0, shardSize - size)).fill(shard));
  const given = free.slice(0, count).map(take);
  const takeNew = (most: number) => {
    const shard = Math.max(0, ...sizes.keys()) + 1;
    while (given.length < count && (sizes.get(shard) ?? 0) < most) given.push(take(shard));
  };
  while (count - given.length >= shardSize) takeNew(shardSize);
  const most = shardSize + Math.floor(shardSize / 6);
  const room = [...sizes.values()].reduce((sum, size) => sum + Math.max(0, most - size), 0);
  if (count - given.length > room) takeNew(shardSize);
  // Those with the fewest first.
  while (given.length < count) given.push(take([...sizes].reduce((a, b) => (b[1] < a[1] ? b : a))[0]));
  return own.map((shard) => shard ?? (given.shift() as number));
}
