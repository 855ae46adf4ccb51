import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchClass } from "./class";
import { kubectlJson } from "./kubectl";

interface Listed {
  items: { kind: string; metadata: { name: string; namespace?: string; uid: string }; status?: Status }[];
}

interface Status {
  conditions?: { type: string; status: string }[];
}

/** Kinds whose objects have data, or are what the data hangs on. */
const KEPT = "namespaces,persistentvolumes";

/**
 * Kills `class up` with all that it has started at random moments, and runs it again: it has to end well, with every
 * student there once, and with nothing made again that was there before. Each round begins without a class.
 */
export async function killRounds(bench: BenchClass, students: number, rounds: number, folder: string): Promise<void> {
  const words = ["up", "--roster", bench.roster(students)];
  const { seconds } = await bench.run(words);
  for (let round = 1; round <= rounds; round += 1) {
    await bench.run(["down", "--yes"]);
    const after = Math.random() * seconds * 1000;
    const killed = await bench.kill(words, after);
    const before = await seen(bench);
    const again = await bench.run(words);
    const now = await seen(bench);
    const lost = [...before].filter(([key, uid]) => now.get(key) !== uid).map(([key]) => key);
    const count = (kind: string) => [...now.keys()].filter((key) => key.startsWith(`${kind} `)).length;
    const made = { namespaces: count("Namespace"), volumes: count("PersistentVolume"), ready: count("Pod") };
    const good = lost.length === 0 && Object.values(made).every((each) => each === students);
    const entry = {
      round,
      students,
      after: Math.round(after),
      killed,
      found: before.size,
      again: again.seconds,
      ...made,
      lost,
      good,
    };
    appendFileSync(join(folder, "kills.jsonl"), `${JSON.stringify(entry)}\n`);
    process.stderr.write(`${good ? "✓" : "✗"} ${JSON.stringify(entry)}\n`);
    if (!good) process.exitCode = 1;
  }
}

/** The uids of what has to stay, and of the pods that are Ready. */
async function seen({ selector }: BenchClass): Promise<Map<string, string>> {
  const kept = await kubectlJson<Listed>(["get", KEPT, "-l", selector]);
  const namespaces = new Set(
    kept.items.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
  );
  const pods = await kubectlJson<Listed>(["get", "pods", "--all-namespaces"]);
  const ready = pods.items.filter(
    ({ metadata, status }) =>
      namespaces.has(metadata.namespace ?? "") &&
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
  );
  return new Map(
    [...kept.items, ...ready].map(({ kind, metadata: { namespace = "", name, uid } }) => [
      `${kind} ${namespace}/${name}`,
      uid,
    ]),
  );
}
