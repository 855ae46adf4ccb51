import { existsSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { Failure } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import type { Step } from "../../exercises/runner/progress";
import type { Deployment, ObjectInputs, Resource } from "./deployment";
import { startOf } from "./process-start";
import type { Pulumi } from "./pulumi";

/** How long a Pulumi that was just killed or interrupted may take to be gone, in seconds. */
const endingSeconds = 30;

/** Returns whether the cluster has this object, and it carries the stack's mark. */
export type Lookup = (resource: { type: string; namespace?: string; name: string }) => Promise<boolean>;

export interface RecoveryOptions {
  /** The stack's state as it was read a moment ago. */
  state: Deployment | undefined;
  /** The folder of the stack's locks; undefined where the backend is not a folder of this machine. */
  locks?: string;
  /** Finds what the interrupted run has made. */
  lookup: Lookup;
}

/**
 * Makes a stack usable again after a `pulumi` that was killed or interrupted. Its lock is removed once its owner is gone,
 * and what Pulumi recorded as under way is settled against the cluster: an object that carries the stack's mark was made
 * by that run and is taken into the state; all else is dropped from the record and will be made, or refused as somebody
 * else's, by the next `up`. Returns whether there was such a run: then the state has to be read again, and compared with
 * the cluster (`--refresh`).
 */
export async function recover(
  pulumi: Pulumi,
  stack: string,
  { state: known, locks, lookup }: RecoveryOptions,
  step: Step,
): Promise<boolean> {
  const killed = locks !== undefined && (await removeStaleLocks(locks, stack, step));
  if (killed) step.note(`${stack}: an earlier run was killed; its lock is removed`);
  const state = killed ? await pulumi.state(stack) : known;
  if (!state?.pending_operations?.length) return killed;
  await pulumi.importState(stack, async (deployment) => {
    const settled = await settle(deployment, lookup);
    for (const resource of settled.adopted)
      step.note(`${stack}: ${nameOf(resource)} was made by the interrupted run and is kept`);
    for (const resource of settled.dropped)
      step.note(`${stack}: ${nameOf(resource)} was under way in the interrupted run; done again`);
    return settled.deployment;
  });
  return true;
}

/** Removes the locks of processes that are gone; returns whether there were any. */
async function removeStaleLocks(folder: string, stack: string, step: Step): Promise<boolean> {
  if (!existsSync(folder)) return false;
  // What a writer has left that was killed begins otherwise, and locks nothing.
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  for (const name of names) {
    const path = join(folder, name);
    const lock = readLock(await readFile(path, "utf8"));
    // Pulumi writes it at once: one that cannot be read is of a run that a full disk or a power cut has ended.
    if (!lock) {
      await rm(path, { force: true });
      continue;
    }
    const elsewhere = lock.hostname !== undefined && lock.hostname !== hostname();
    const isGone = async () => ((await runsSince(lock.pid, new Date(lock.timestamp))) ? undefined : true);
    const stillRuns = !elsewhere && (await isGone()) === undefined;
    if (stillRuns) step.waiting(`Pulumi of an earlier run (process ${lock.pid}) to end`);
    if (elsewhere || !(await poll({ seconds: endingSeconds, interval: 100 }, isGone))) {
      const where = elsewhere ? ` on ${lock.hostname}` : "";
      throw new Failure(
        `Pulumi works on the stack ${stack} already (process ${lock.pid}${where}, since ${lock.timestamp}).`,
        `Wait until it is done, or end it; then run this again.${elsewhere ? ` If it is gone: pulumi cancel ${stack}` : ""}`,
      );
    }
    // One that ended in order has removed it.
    await rm(path, { force: true });
  }
  return names.length > 0;
}

function readLock(text: string): { pid: number; hostname?: string; timestamp: string } | undefined {
  try {
    const lock = JSON.parse(text) as { pid?: number; hostname?: string; timestamp?: string };
    return lock.pid === undefined || lock.timestamp === undefined
      ? undefined
      : { ...lock, pid: lock.pid, timestamp: lock.timestamp };
  } catch {
    return undefined;
  }
}

/** Whether the process that ran at `moment` under this id still runs: a process that is younger only has its number. */
async function runsSince(pid: number, moment: Date): Promise<boolean> {
  const start = await startOf(pid);
  return start !== undefined && start <= moment;
}

/** Decides about each operation that was under way; returns the deployment without them. */
export async function settle(
  deployment: Deployment,
  lookup: Lookup,
): Promise<{ deployment: Deployment; adopted: Resource[]; dropped: Resource[] }> {
  let resources = [...(deployment.resources ?? [])];
  const adopted: Resource[] = [];
  const dropped: Resource[] = [];
  for (const { type, resource } of deployment.pending_operations ?? []) {
    if (type !== "creating") continue;
    const earlier = resources.find((r) => r.urn === resource.urn);
    const made = await madeBy(resource, lookup);
    if (made === undefined || (earlier && !earlier.pendingReplacement)) {
      dropped.push(resource);
    } else {
      resources = resources.filter((r) => r !== earlier);
      resources.push({ ...resource, id: made, outputs: firstOutputs(resource.inputs) });
      adopted.push(resource);
    }
  }
  return { deployment: { ...deployment, resources, pending_operations: [] }, adopted, dropped };
}

/**
 * What the Kubernetes plugin would have returned, as far as it is known; `--refresh` reads the rest. The plugin compares with
 * this, under its own keys: without it the next run would replace the object, and a claim's data would go.
 */
function firstOutputs(inputs: ObjectInputs | undefined): Record<string, unknown> {
  return { ...inputs, __inputs: inputs, __initialApiVersion: inputs?.apiVersion };
}

/** The id of the Kubernetes object that the interrupted run made for this resource, if it came to that. */
async function madeBy(resource: Resource, lookup: Lookup): Promise<string | undefined> {
  const { name, namespace } = resource.inputs?.metadata ?? {};
  if (!resource.type.startsWith("kubernetes:") || name === undefined) return undefined;
  if (!(await lookup({ type: resource.type, namespace, name }))) return undefined;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function nameOf(resource: Resource): string {
  return `${resource.type.split(":").at(-1)} ${resource.inputs?.metadata?.name ?? resource.urn.split("::").at(-1)}`;
}
