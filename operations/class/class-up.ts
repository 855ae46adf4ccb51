import { readFile } from "node:fs/promises";
import { merge, type Merged } from "../../stacks/classroom/merge";
import { readRoster } from "../../stacks/classroom/roster";
import { programRevision } from "../../stacks/classroom/shard-inputs";
import { type Student, writeStudents } from "../../stacks/classroom/students";
import { Failure, together } from "../../exercises/runner/failure";
import { duration, type Step } from "../../exercises/runner/progress";
import { hostChecksOf } from "../pulumi/deployment";
import { applyShard, counted, defaultShardsAtOnce, eachShard, failureOf, studentsOf } from "./apply-shards";
import { type ClassLab, madeBy, told } from "./class-lab";
import { digest, sharedObjects } from "./class-objects";
import { requireCapacity } from "./class-preflight";
import { proveFirewall } from "./firewall-proof";
import { namespacesGone } from "./namespaces-gone";
import { removeOwnVolumes } from "./own-volumes";
import { waitUntilReady } from "./ready";
import { keyOf, type Memory, readMemory, writeMemory } from "./remembered";
import { settleStack } from "./settle-stack";
import { type Shard, type ShardWork, shardsOf, stackFile } from "./shard-stacks";
import { ShardsMemory } from "./shard-work";

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
  await progress.step(`pulumi up: ${stack}`, (step) => applyClass(lab, memory, step));
  // The labs that are made meanwhile are the teacher's own; students get no kubeconfig before the end.
  const proof = proveFirewall(lab);
  proof.catch(() => {});

  const shards = shardsOf(lab);
  await namespacesGone(lab);
  const known = new ShardsMemory(lab, memory);
  const work = await known.work(shards);
  const { atOnce = defaultShardsAtOnce } = options;
  const end = await progress.step(labsTitle(work, shards), (step) =>
    eachShard(work, { atOnce, step }, (each, own) => applyShard(lab, each, own)),
  );
  const failed = new Set(end.failed.flatMap(({ shard }) => shard.students.map(({ name }) => name)));
  const expected = lab.record.students.map(({ name }) => name).filter((name) => !failed.has(name));
  const ready = progress.step("The Redis of every student are ready", (step) =>
    waitUntilReady(lab, new Set(expected), step),
  );
  const noted = ready
    .catch(() => {})
    .then(async () => {
      await known.note(work.filter(({ shard }) => !end.failed.some((each) => each.shard === shard)));
      await writeMemory(stack, memory);
    });
  const unmade = failureOf(end, `class up -s ${stack}`);
  await together([...(unmade ? [Promise.reject(unmade)] : []), ready, proof, noted]);
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

function labsTitle(work: ShardWork[], shards: Shard[]): string {
  if (work.length === 0) return "The labs in all shards are as they were made";
  return `Labs of ${counted(studentsOf(work))}: ${work.length} of ${shards.length} shards`;
}

/** Brings the class's own stack up, unless it is as it was made. */
async function applyClass(lab: ClassLab, memory: Memory, step: Step): Promise<void> {
  const { stack, settings, cluster, pulumi } = lab;
  const inputs = keyOf(
    programRevision(),
    await readFile(stackFile(stack), "utf8"),
    lab.record.students.map(directoryOf),
  );
  const before = memory[stack];
  const isUntouched = before?.objects !== undefined && (await isAsMade(lab, before.objects));
  if (isUntouched && before?.inputs === inputs) return;
  const { flags, environment, isEmpty } = await settleStack(lab, stack, step);
  const refresh = isUntouched || isEmpty || flags.length > 0 ? [] : ["--refresh"];
  await pulumi.change(stack, "up", step, { flags: [...refresh, ...flags], environment });
  lab.state = await pulumi.state(stack);
  lab.made = madeBy(lab.state);
  memory[stack] = { inputs, objects: digest(await sharedObjects(cluster, settings.class)) };
  await writeMemory(stack, memory);
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
