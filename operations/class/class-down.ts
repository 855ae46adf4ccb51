import { setTimeout as delay } from "node:timers/promises";
import { confirm } from "../../exercises/runner/run-program";
import { Failure } from "../../exercises/runner/failure";
import { duration, type Step } from "../../exercises/runner/progress";
import { waitFor } from "../../exercises/runner/wait";
import { CLASS_LABEL } from "../../components/index";
import { IssuedCodes } from "../cards/issued-codes";
import { defaultShardsAtOnce, destroyShard, eachShard, requireAll } from "./apply-shards";
import type { ClassLab } from "./class-lab";
import { removeOwnVolumes } from "./own-volumes";
import { writeMemory } from "./remembered";
import { settleStack } from "./settle-stack";
import { shardsOf } from "./shard-stacks";

export interface ClassDownOptions {
  /** The user agreed beforehand. */
  agreed: boolean;
  atOnce?: number;
}

/** Longest time in which not one more namespace goes, in seconds. */
const STILL = 180;
/** Pause between two looks, in milliseconds. */
const PAUSE = 1000;

/**
 * Removes all of a class from the cluster and its firewall from the nodes. The students' directories and their record stay:
 * a later `class up` makes the same labs around the same data.
 */
export async function classDown(
  lab: ClassLab,
  { agreed, atOnce = defaultShardsAtOnce }: ClassDownOptions,
): Promise<void> {
  const start = Date.now();
  const { progress, stack, settings, record, pulumi } = lab;
  const shards = shardsOf(lab).map((shard) => ({ shard }));
  const what =
    `This removes the namespaces of ${record.students.length} students of the class ${settings.class} with all that is in ` +
    "them, and what claims of its own class hold; the data on the students' static volumes stays on the NAS.";
  if (!agreed) await confirm(what, "down", "Agree to it with --yes.");
  await writeMemory(stack, {});
  // A class that is made again later is handed out anew.
  await IssuedCodes.ofStack(stack).voidAll();
  const end = await progress.step(`The labs of ${record.students.length} students go`, (step) =>
    eachShard(shards, { atOnce, step }, (work, own) => destroyShard(lab, work, own)),
  );
  requireAll(end, `class down -s ${stack}`);
  await progress.step("Their namespaces to be gone", (step) => waitUntilGone(lab, step));
  await removeOwnVolumes(lab, [...record.students, ...record.removed]);
  if (lab.state?.resources?.length) {
    await progress.step("The volumes of dynamic claims go", (step) => volumesGone(lab, step));
    await progress.step(`pulumi destroy: ${stack}`, async (step) => {
      const { flags } = await settleStack(lab, stack, step);
      await pulumi.change(stack, "destroy", step, { flags });
    });
  }
  progress.say(`✓ The class is down (${duration(Date.now() - start)}). class up makes it again.`);
}

/** Waits until nothing of the class's students is left in the cluster: a namespace goes after Pulumi has ended. */
async function waitUntilGone({ cluster, settings }: ClassLab, step: Step): Promise<void> {
  let least = Infinity;
  let moved = Date.now();
  for (;;) {
    const left = await cluster.list("Namespace", { labels: `${CLASS_LABEL}=${settings.class}` });
    if (left.length === 0) return;
    if (left.length < least) moved = Date.now();
    least = left.length;
    step.waiting(`${left.length} namespaces to be gone`);
    if (Date.now() - moved > STILL * 1000) {
      const names = left.slice(0, 10).map(({ metadata }) => metadata?.name);
      throw new Failure(
        `${left.length} namespaces do not go, such as ${names.join(", ")}`,
        "kubectl get namespace NAME -o yaml tells what holds it; then run class down again.",
      );
    }
    await delay(PAUSE);
  }
}

/** The driver removes what claims held; without the class it would not know the directory any more. */
async function volumesGone({ cluster, made }: ClassLab, step: Step): Promise<void> {
  const { storageClass } = made ?? {};
  if (storageClass === undefined) return;
  const remedy = "kubectl describe pv NAME tells what holds it; then run the same command again.";
  await waitFor("The volumes of the class to go", { timeout: 180_000, interval: 1000, remedy }, async () => {
    const left = (await cluster.list("PersistentVolume")).filter(({ spec }) => spec?.storageClassName === storageClass);
    if (left.length === 0) return { done: undefined };
    const missing = `${left.length} volumes, such as ${left[0]?.metadata?.name}`;
    step.waiting(missing);
    return { missing };
  });
}
