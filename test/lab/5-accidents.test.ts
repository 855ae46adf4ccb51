import { writeFileSync } from "node:fs";
import { waitFor } from "../../exercises/runner/wait";
import { median } from "../../bench/median";
import { ACCIDENTS_FILE, figures, renderAccidents, secondsOf, type Comeback } from "../support/accident-table";
import { accidents } from "../support/accidents";
import type { Accident } from "../support/accidents/accident";
import { Comebacks } from "../support/comebacks";
import { changingPart, commitNumber, isWhole } from "../support/changing-part";
import { wentWell } from "../support/expectations";
import { ForeignThings } from "../support/foreign-things";
import { happen, happenNext, run } from "../support/happen";
import { LessonData } from "../support/lesson-data";
import { measured } from "../support/measured";
import { randomTriples } from "../support/random-triples";
import { TestLab } from "../support/test-lab";

/** Longest `up`, in seconds. */
const LIMIT = 240;

/** Sequences of a whole run, which are always the same, and of another one, where each commit has its own. */
const seed = isWhole() ? 9 : commitNumber();
const sequences = randomTriples(accidents, isWhole() ? 20 : 2, seed);

const lab = new TestLab();
const others = new ForeignThings(lab);
const data = new LessonData(lab);
const comebacks = new Comebacks();
let proven = true;

/** Runs `up` after accidents, and proves the lab, the data, and that nothing of others was changed. */
async function comesBack(happened: Accident[]): Promise<Comeback> {
  const flags = happened.some(({ asks }) => asks) ? ["--yes"] : [];
  const { seconds } = wentWell(await lab.run(["up", ...flags], { limit: LIMIT }));
  const forgotten = happened.some(({ exportsOfOthers }) => exportsOfOthers === "forgotten");
  const alsoWithPod = ({ losesWithPod = [] }: Accident) => (happened.length > 1 ? losesWithPod : []);
  const lost = new Set(happened.flatMap((each) => [...(each.loses ?? []), ...alsoWithPod(each)]));
  const [changes, missing] = await Promise.all([
    others.changes({ forgotten }),
    data.missing(),
    nothingIsBeingDeleted(),
    // `up` has ended with one; the same by itself.
    isWhole() ? lab.ok(["probe"]) : undefined,
  ]);
  expect(changes).toEqual([]);
  expect(missing.filter((datum) => !lost.has(datum))).toEqual([]);
  for (const { proof } of happened) if (proof) wentWell(await run(lab, proof));
  if (forgotten) await others.exportAgain();
  proven = true;
  return { accidents: happened, seconds };
}

/** A volume or claim that is still being deleted goes sooner or later, with the data. */
async function nothingIsBeingDeleted(): Promise<void> {
  await waitFor("Deletions to end", { timeout: 60_000, interval: 2000 }, async () => {
    const columns = "--output=custom-columns=:.metadata.deletionTimestamp,:.kind,:.metadata.name";
    const lines = await lab.kubectl("get", "pv,pvc", "--all-namespaces", "--no-headers", columns);
    const leaving = lines.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("<none>"));
    return leaving.length === 0 ? { done: undefined } : { missing: leaving.join("; ") };
  });
}

/** What accidents have taken from others themselves is put back, so that `up` alone is judged. */
async function restoreOthers(happened: Accident[]): Promise<void> {
  const has = (fate: Accident["exportsOfOthers"]) => happened.some(({ exportsOfOthers }) => exportsOfOthers === fate);
  if (!has("dropped")) return;
  await others.exportAgain().catch((error: unknown) => {
    // A NAS that is away exports what is in a file when it is back.
    if (!has("forgotten")) throw error;
  });
}

beforeAll(async () => {
  // Where this file runs alone, there is no lab yet.
  await lab.ok(["up"], { limit: 1800 });
  await others.make();
});

beforeEach(async () => {
  // Where one failed, the next does not begin with what it left.
  if (!proven) {
    await lab.ok(["up", "--yes"], { limit: 900 });
    await others.make();
  }
  proven = false;
  await data.write();
});

afterAll(async () => {
  await others.remove();
});

test.each(changingPart("accidents", accidents, 10).map((accident) => [accident.id, accident] as const))(
  "%s: up ends proven",
  async (id, accident) => {
    await happen(lab, accident);
    await restoreOthers([accident]);
    if (accident.asks) {
      const refused = await lab.run(["up"], { limit: LIMIT });
      expect(refused.output).toMatch(accident.asks);
      expect(refused.output).toContain("--yes");
      expect(refused.exitCode).toBe(2);
    }
    const comeback = await comesBack([accident]);
    comebacks.add(comeback);
    measured(`up after the accident ${id}`, comeback.seconds);
  },
);

test.each(sequences.map((triple) => [triple.map(({ id }) => id).join(", "), triple] as const))(
  `%s, one after the other (seed ${seed}): up ends proven`,
  async (ids, triple) => {
    for (const accident of triple) await happenNext(lab, accident);
    await restoreOthers(triple);
    const comeback = await comesBack(triple);
    comebacks.add(comeback);
    measured(`up after the accidents ${ids}`, comeback.seconds);
  },
);

test("the table has every accident with its time", () => {
  const [alone, inSequence] = [comebacks.of(accidents.map((accident) => [accident])), comebacks.of(sequences)];
  process.stderr.write(`${figures("Accidents alone", alone)}\n${figures("In sequences", inSequence)}\n`);
  measured("up after an accident, median", median(secondsOf(alone)));
  if (!isWhole()) return;
  expect(alone.map(({ accidents: [accident] }) => accident!.id)).toEqual(accidents.map(({ id }) => id));
  expect(inSequence).toHaveLength(sequences.length);
  writeFileSync(ACCIDENTS_FILE, renderAccidents(alone, inSequence));
});
