import { confirm } from "../../exercises/runner/run-program";
import type { Lab } from "../lab";
import { ClusterView } from "../probe/cluster-view";
import { declaredBy, lookAtHosts, probe, type HostLooks } from "../probe/probe";
import { applyAgain, bringUp, settle } from "../restore/bring-up";
import { giveBackPolicies } from "../restore/finish-deletion";
import { recoverStacks } from "../restore/recover-stacks";
import { Directories, planDirectories, type DataChoices } from "./directories";
import { effectLines, type ResetPlan } from "./effects";
import { takeInventory } from "./inventory";
import { makeAgain } from "./make-again";
import { planRemoval } from "./removal";
import { removeObjects } from "./remove-objects";
import { scopeOf, type Scope } from "./scope";

export interface ResetOptions extends DataChoices {
  /** Only these sections. @default the whole course */
  sections?: string[];
  /** The user agreed beforehand to what is lost. */
  agreed: boolean;
}

/**
 * Back to the lesson's first minute: the course's objects are deleted and made again as the last `up` declared them, its directories on the NAS
 * get the data of the lesson's snapshot, or none, and what was added in its namespaces goes. Nothing is deleted before all
 * of it is known to be possible, and agreed to. A reset that was cut off is continued by another one.
 */
export async function reset(lab: Lab, options: ResetOptions): Promise<void> {
  const recovered = await recoverStacks(lab);
  // An `up` that was cut off may have left volumes that would stay without their claims.
  await giveBackPolicies(lab.cluster, declaredBy(lab.stacks));
  const scope = scopeOf(lab.stacks, options.sections);
  const directories = Directories.of(lab.hosts, scope);
  const { plan, hosts } = await planOnGoodGround(lab, options.agreed, () =>
    planReset(lab, scope, directories, options),
  );
  await agree(lab, plan, options.agreed);
  await remove(lab, plan, directories);
  if (directories && plan.directories.restored.length + plan.directories.emptied.length > 0)
    await lab.progress.step("The directories' data", () => directories.reset(plan.directories));
  // What a run that was cut off had still to do is in no state.
  if (recovered.includes(scope.course.name)) return applyAgain(lab, scope.course, options.agreed);
  await lab.progress.step("The objects are made again", (step) => makeAgain(lab, scope.objects, step));
  await settle(lab, { agreed: options.agreed, hosts });
}

/**
 * What the course builds on comes first: without its provisioner no volume goes, and none comes. Returns the look at the
 * hosts too: a reset changes none, and to look again would take a section's pods their time.
 */
async function planOnGoodGround(
  lab: Lab,
  agreed: boolean,
  plan: () => Promise<ResetPlan>,
): Promise<{ plan: ResetPlan; hosts?: HostLooks }> {
  const stacks = lab.stacks.filter(({ program }) => program === "infrastructure");
  const beneath = { ...lab, stacks };
  const first = await lab.progress.step("Check what is there, and what becomes of it", async () => {
    const planned = plan();
    const hosts = lookAtHosts(lab);
    // The course's own pods and directories go, or are looked at by the plan.
    const ground = stacks.length > 0 ? probe(beneath, { ...hosts, mounts: Promise.resolve([]) }) : [];
    // Where something is wrong, what became of the plan does not count.
    const [findings] = await Promise.all([ground, planned.catch(() => {})]);
    return findings.every(({ passed }) => passed) ? { plan: await planned, hosts } : undefined;
  });
  if (first) return first;
  await bringUp(beneath, { agreed, unchanged: stacks.map(({ name }) => name) });
  return { plan: await plan() };
}

async function planReset(
  { cluster }: Lab,
  scope: Scope,
  directories: Directories | undefined,
  choices: DataChoices,
): Promise<ResetPlan> {
  const chosen = directories?.inScope(scope) ?? [];
  const [inventory, view, snapshots] = await Promise.all([
    takeInventory(cluster, scope),
    ClusterView.load(cluster, []),
    chosen.length > 0 ? directories?.ensure().then(() => directories.snapshots()) : [],
  ]);
  return {
    scope,
    inventory,
    removal: planRemoval(scope, inventory, view),
    directories: planDirectories(chosen, snapshots ?? [], choices, scope),
  };
}

async function agree({ cluster, settings, progress }: Lab, plan: ResetPlan, agreed: boolean): Promise<void> {
  const lines = effectLines(plan, await cluster.list("StorageClass"), settings);
  for (const line of lines) progress.say(`· ${line}`);
  if (agreed) return;
  const others = plan.removal.added.length > 0 ? ", and what was added to its namespaces" : "";
  await confirm(
    `This deletes the course's present objects and data, as listed above${others}.`,
    "reset",
    "Agree to it with --yes.",
  );
}

/** To keep the data, all that writes is stopped first, and the claims stay until the copy is there. */
async function remove({ cluster, progress }: Lab, plan: ResetPlan, directories?: Directories): Promise<void> {
  const { workloads, storage, following } = plan.removal;
  const { save, restored, emptied } = plan.directories;
  const pods = following.filter(({ kind }) => kind === "Pod");
  if (save === undefined || !directories) {
    await progress.step("The objects go", (step) =>
      removeObjects(cluster, [...workloads, ...storage], following, step),
    );
    return;
  }
  await progress.step("Workloads stop", (step) => removeObjects(cluster, workloads, pods, step));
  await progress.step(`Keep the data as ${save}`, () => directories.save([...restored, ...emptied], save));
  const rest = following.filter((item) => !pods.includes(item));
  await progress.step("The other objects go", (step) => removeObjects(cluster, storage, rest, step));
}
