import { existsSync } from "node:fs";
import { readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LabFiles } from "./lab-files";
import type { Pulumi } from "./pulumi";
import { readState, type Deployment, type Resource } from "./stack-state";
import { Failure } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import { parseStat, startedAt } from "../sandbox/hosts/process";
import type { Step } from "../toolkit/progress";

/** How long a Pulumi that was just killed may take to be gone, in seconds: the kernel first takes back its memory. */
const dyingSeconds = 10;

/** Returns when the object was created, by the cluster's word; undefined where there is none of that name. */
export type Lookup = (resource: { type: string; namespace?: string; name: string }) => Promise<Date | undefined>;

/**
 * Makes a stack usable again after a `pulumi` that was killed. Its lock is removed once its owner is gone, and what Pulumi
 * recorded as under way is settled against the cluster: an object that was made after the killed run began is taken into
 * the state; all else is dropped from the record and will be made, or refused as somebody else's, by the next `up`.
 */
export async function recover(
  files: LabFiles,
  pulumi: Pulumi,
  stack: string,
  lookup: Lookup,
  step: Step,
): Promise<void> {
  if (!pulumi.exists(stack)) return;
  const began = await removeStaleLocks(files.locksOf(stack), stack);
  if (began) step.note(`${stack}: an earlier run was killed; its lock is removed`);
  if (!(await readState(files, stack))?.pending_operations?.length) return;
  const exported = JSON.parse(await pulumi.capture(["stack", "export", "--stack", stack])) as {
    deployment: Deployment;
  };
  const since = began ?? (await stat(files.stateOf(stack))).mtime;
  const { deployment, adopted, dropped } = await settle(exported.deployment, lookup, since);
  await pulumi.capture(["stack", "import", "--stack", stack], JSON.stringify({ ...exported, deployment }));
  for (const resource of adopted)
    step.note(`${stack}: ${nameOf(resource)} was made by the interrupted run and is kept`);
  for (const resource of dropped)
    step.note(`${stack}: ${nameOf(resource)} was under way in the interrupted run; done again`);
  await pulumi.change(stack, "refresh", step);
}

/** Removes the locks of processes that are gone; returns when the first of them began its work. */
async function removeStaleLocks(folder: string, stack: string): Promise<Date | undefined> {
  if (!existsSync(folder)) return undefined;
  let began: Date | undefined;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const lock = JSON.parse(await readFile(path, "utf8")) as { pid: number; timestamp: string };
    const since = new Date(lock.timestamp);
    const isGone = async () => ((await runsSince(lock.pid, since)) ? undefined : true);
    if (!(await poll({ seconds: dyingSeconds, interval: 100 }, isGone))) {
      throw new Failure(
        `Pulumi works on the stack ${stack} already (process ${lock.pid}, since ${lock.timestamp}).`,
        "Wait until it is done, or end it; then run this again.",
      );
    }
    if (!began || since < began) began = since;
    await rm(path);
  }
  return began;
}

/** Whether the process that ran at `moment` under this id still runs: a process that is younger only has its number. */
async function runsSince(pid: number, moment: Date): Promise<boolean> {
  try {
    const found = parseStat(await readFile(`/proc/${pid}/stat`, "utf8"));
    // Not the folder's own times: those are of the first look at it.
    return found.state !== "Z" && (await startedAt(found)) <= moment.getTime();
  } catch {
    return false;
  }
}

/** Decides about each operation that was under way; returns the deployment without them. */
export async function settle(
  deployment: Deployment,
  lookup: Lookup,
  since: Date,
): Promise<{ deployment: Deployment; adopted: Resource[]; dropped: Resource[] }> {
  let resources = [...(deployment.resources ?? [])];
  const adopted: Resource[] = [];
  const dropped: Resource[] = [];
  for (const { type, resource } of deployment.pending_operations ?? []) {
    if (type !== "creating") continue;
    const earlier = resources.find((r) => r.urn === resource.urn);
    const made = await createdBy(resource, lookup, since);
    if (made === undefined || (earlier && !earlier.pendingReplacement)) {
      dropped.push(resource);
    } else {
      resources = resources.filter((r) => r !== earlier);
      resources.push({ ...resource, id: made });
      adopted.push(resource);
    }
  }
  return { deployment: { ...deployment, resources, pending_operations: [] }, adopted, dropped };
}

/** The id of the Kubernetes object that the killed run made for this resource, if it came to that. */
async function createdBy(resource: Resource, lookup: Lookup, since: Date): Promise<string | undefined> {
  const { name, namespace } = resource.inputs?.metadata ?? {};
  if (!resource.type.startsWith("kubernetes:") || name === undefined) return undefined;
  const created = await lookup({ type: resource.type, namespace, name });
  // The cluster counts whole seconds.
  if (!created || created.getTime() < Math.floor(since.getTime() / 1000) * 1000) return undefined;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function nameOf(resource: Resource): string {
  return `${resource.type.split(":").at(-1)} ${resource.inputs?.metadata?.name ?? resource.urn.split("::").at(-1)}`;
}
