import { readFile } from "node:fs/promises";
import { merge, type Merged } from "../../stacks/classroom/merge";
import { readRoster } from "../../stacks/classroom/roster";
import { programRevision, shardInputs } from "../../stacks/classroom/shard-inputs";
import { type Student, writeStudents } from "../../stacks/classroom/students";
import { Failure } from "../../exercises/runner/failure";
import { duration } from "../../exercises/runner/progress";
import { hostChecksOf } from "../pulumi/deployment";
import { applyShard, defaultShardsAtOnce, eachShard, requireAll } from "./apply-shards";
import { type ClassLab, madeBy, requireMade, told } from "./class-lab";
import { classObjects, digest, sharedObjects, studentOf } from "./class-objects";
import { requireCapacity } from "./class-preflight";
import { proveFirewall } from "./firewall-proof";
import { namespacesGone } from "./namespaces-gone";
import { removeOwnVolumes } from "./own-volumes";
import { waitUntilReady } from "./ready";
import { keyOf, type Memory, readMemory, writeMemory } from "./remembered";
import { settleStack } from "./settle-stack";
import { type Shard, shardsOf, stackFile } from "./shard-stacks";

export interface ClassUpOptions {
  /** Path of the roster. @default the students stay who they are */
  roster?: string;
  /** Names of students who are removed, with their objects; their directories stay. @default nobody */
  remove?: string[];
  /** How many shards are worked on at a time. */
  atOnce?: number;
}

/**
 * Brings a class to what its roster and config say, from whatever state: the class's own stack, then its shards side by
 * side, then waits once for all. A run that was killed anywhere is continued.
 */
export async function classUp(lab: ClassLab, options: ClassUpOptions = {}): Promise<void> {
  const start = Date.now();
  const { progress, stack } = lab;
  const plan = planStudents(lab, options);
  tellPlan(lab, plan);
  lab.record = plan.record;
  await progress.step("Preflight: the NAS, the nodes and the cluster have room for the class", () =>
    requireCapacity(lab),
  );
  writeStudents(lab.file, lab.record);

  const memory = await readMemory(stack);
  await progress.step(`pulumi up: ${stack}`, async (step) => {
    const inputs = keyOf(
      programRevision(),
      await readFile(stackFile(stack), "utf8"),
      lab.record.students.map(directoryOf),
    );
    if (memory[stack]?.inputs === inputs && (await isAsMade(lab, memory[stack].objects))) return;
    const { flags, environment } = await settleStack(lab, stack, step);
    await lab.pulumi.change(stack, "up", step, { flags: ["--refresh", ...flags], environment });
    lab.state = await lab.pulumi.state(stack);
    lab.made = madeBy(lab.state);
    memory[stack] = { inputs, objects: digest(await sharedObjects(lab.cluster, lab.settings.class)) };
    await writeMemory(stack, memory);
  });
  // The labs that are made meanwhile are the teacher's own; students get no kubeconfig before the end.
  const proof = proveFirewall(lab);
  proof.catch(() => {});

  const shards = shardsOf(lab);
  const values = requireMade(lab);
  const { kubeconfig, context } = lab.settings;
  const inputsOf = ({ number, students }: Shard) =>
    shardInputs({ kubeconfig, context, classStack: stack, shard: number }, values, students);
  await namespacesGone(lab);
  const changed = await changedShards(lab, shards, memory, inputsOf);
  const { atOnce = defaultShardsAtOnce } = options;
  const end = await progress.step(labsTitle(changed, shards), (step) =>
    eachShard(changed, { atOnce, step }, (shard, own) =>
      applyShard(lab, shard, own, memory[shard.stack]?.inputs === inputsOf(shard)),
    ),
  );
  const failed = new Set(end.failed.flatMap(({ shard }) => shard.students.map(({ name }) => name)));
  const expected = lab.record.students.map(({ name }) => name).filter((name) => !failed.has(name));
  try {
    await progress.step("The Redis of every student are ready", (step) => waitUntilReady(lab, new Set(expected), step));
  } finally {
    const done = shards.filter((shard) => !end.failed.some((each) => each.shard === shard));
    await remember(lab, done, memory, inputsOf);
    await proof;
  }
  requireAll(end, `class up -s ${stack}`);
  if (plan.removed.length > 0) await removeOwnVolumes(lab, plan.removed);
  progress.say(`✓ The class is up: ${lab.record.students.length} students (${duration(Date.now() - start)})`);
}

function planStudents({ record, settings, file }: ClassLab, { roster, remove = [] }: ClassUpOptions): Merged {
  const options = { shardSize: settings.shardSize, firstUid: settings.firstUid, remove };
  return told(() => {
    if (roster !== undefined) return merge(record, readRoster(roster, settings.class), options);
    if (record.students.length === 0 && remove.length === 0) {
      throw new Failure(`${file} has no students`, "Name the roster: class up --roster FILE (YAML or CSV)");
    }
    const rest = record.students.filter(({ name }) => !remove.includes(name));
    const same = rest.map((student) => ({ ...student, labelled: true }));
    return merge(record, same, options);
  });
}

function tellPlan({ progress }: ClassLab, { added, changed, missing, removed }: Merged): void {
  const names = (students: { name: string }[]) => {
    const shown = students.slice(0, 10).map(({ name }) => name);
    return shown.join(", ") + (students.length > 10 ? `, and ${students.length - 10} more` : "");
  };
  if (added.length > 0) progress.say(`· new: ${names(added)}`);
  if (changed.length > 0) progress.say(`· changed: ${names(changed)}`);
  if (removed.length > 0) progress.say(`· removed: ${names(removed)}; their directories on the NAS stay`);
  if (missing.length > 0) {
    progress.say(`· no longer on the roster, and kept: ${names(missing)} (remove one with --remove NAME)`);
  }
}

function labsTitle(changed: Shard[], all: Shard[]): string {
  if (changed.length === 0) return "The labs in all shards are as they were made";
  const students = changed.reduce((sum, shard) => sum + shard.students.length, 0);
  return `Labs of ${students} students: ${changed.length} of ${all.length} shards`;
}

/** What the class's own stack makes of a student. */
const directoryOf = ({ name, uid, capacity }: Student) => [name, uid, capacity];

/** Whether what the class's own stack made in the cluster and on hosts is still so. */
async function isAsMade({ cluster, hosts, state, settings, stack }: ClassLab, objects: string): Promise<boolean> {
  const checks = hostChecksOf(state);
  if (!checks || checks.length === 0) return false;
  if (digest(await sharedObjects(cluster, settings.class)) !== objects) return false;
  const findings = await Promise.all(checks.map((check) => hosts.look(check, stack)));
  return findings.every(({ passed }) => passed);
}

/** The shards that are not as their last good run left them, or should be otherwise now. */
async function changedShards(
  lab: ClassLab,
  shards: Shard[],
  memory: Memory,
  inputsOf: (shard: Shard) => string,
): Promise<Shard[]> {
  const objects = await shardDigests(lab, shards);
  return shards.filter((shard) => {
    const before = memory[shard.stack];
    return before?.inputs !== inputsOf(shard) || before.objects !== objects.get(shard.stack);
  });
}

async function remember(
  lab: ClassLab,
  shards: Shard[],
  memory: Memory,
  inputsOf: (shard: Shard) => string,
): Promise<void> {
  const objects = await shardDigests(lab, shards);
  for (const shard of shards) {
    memory[shard.stack] = { inputs: inputsOf(shard), objects: objects.get(shard.stack) ?? "" };
  }
  await writeMemory(lab.stack, memory);
}

async function shardDigests({ cluster, settings }: ClassLab, shards: Shard[]): Promise<Map<string, string>> {
  const byStudent = Map.groupBy(await classObjects(cluster, settings.class), studentOf);
  return new Map(
    shards.map(({ stack, students }) => [stack, digest(students.flatMap(({ name }) => byStudent.get(name) ?? []))]),
  );
}
