import { shardInputs } from "../../stacks/classroom/shard-inputs";
import { type ClassLab, requireMade } from "./class-lab";
import { classObjects, digest, studentOf } from "./class-objects";
import { keyOf, type Memory } from "./remembered";
import type { Shard, ShardWork } from "./shard-stacks";

/** Knows what each lab was made from, and whether it still is so. */
export class ShardsMemory {
  constructor(
    private readonly lab: ClassLab,
    private readonly memory: Memory,
  ) {}

  /** The shards that are not as their last good run left them, or should be otherwise now. */
  async work(shards: Shard[]): Promise<ShardWork[]> {
    const objects = await studentDigests(this.lab);
    return shards.flatMap((shard): ShardWork[] => {
      const before = this.memory[shard.stack];
      const known = before?.students ?? {};
      const drifted = shard.students.filter(({ name }) => known[name] && known[name].objects !== objects.get(name));
      const refresh = before?.inputs === this.inputsOf(shard) && drifted.length > 0;
      const removed = Object.keys(known).some((name) => !shard.students.some((student) => student.name === name));
      if (before?.inputs !== this.inputsOf(shard) || removed) return [{ shard, refresh }];
      const changed = shard.students.filter((student) => known[student.name]?.inputs !== keyOf(student));
      const students = shard.students.filter((student) => changed.includes(student) || drifted.includes(student));
      return students.length === 0 ? [] : [{ shard, students, refresh }];
    });
  }

  /**
   * Notes that what was worked on is as it should be. Nobody else: what a student has changed meanwhile would be taken for
   * good.
   */
  async note(done: ShardWork[]): Promise<void> {
    const objects = await studentDigests(this.lab);
    for (const { shard, students = shard.students } of done) {
      const known = this.memory[shard.stack]?.students ?? {};
      const entries = shard.students.flatMap((student) => {
        const { name } = student;
        const entry = students.includes(student)
          ? { inputs: keyOf(student), objects: objects.get(name) ?? "" }
          : known[name];
        return entry ? [[name, entry] as const] : [];
      });
      this.memory[shard.stack] = { inputs: this.inputsOf(shard), students: Object.fromEntries(entries) };
    }
  }

  private inputsOf({ number }: Shard): string {
    const { kubeconfig, context } = this.lab.settings;
    const config = { kubeconfig, context, classStack: this.lab.stack, shard: number };
    return shardInputs(config, requireMade(this.lab));
  }
}

/** Of each student, what is there. */
async function studentDigests({ cluster, settings }: ClassLab): Promise<Map<string, string>> {
  const byStudent = Map.groupBy(await classObjects(cluster, settings.class), studentOf);
  return new Map([...byStudent].map(([name = "", objects]) => [name, digest(objects)]));
}
