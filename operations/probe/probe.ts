import type { Check } from "../../exercises/runner/exercise";
import { runExercises } from "../../exercises/runner/run-exercises";
import { lookAtMounts } from "../hosts/node-mounts";
import { PROJECT, projectRoot, type Lab, type Stack } from "../lab";
import { foldersOf, lastInHistory } from "../pulumi/backend";
import { hostChecksOf } from "../pulumi/deployment";
import { ClusterView } from "./cluster-view";
import { declaredObjects, type DeclaredObject } from "./declared";
import { failed, passed, type Finding } from "./finding";
import { judge } from "./judge";
import { lookAtNodeProofs } from "./node-proofs";
import { redisExistingClaim, redisTemplate } from "./redis-probe";

/** What is found on the hosts over SSH. */
export interface HostLooks {
  /** Whether they are as the scripts have made them, by stack. */
  scripts: Map<string, Promise<Finding[]>>;
  /** Whether the NFS mounts of the pods answer. */
  mounts: Promise<Finding[]>;
}

/**
 * Looks at the stacks, the hosts and the cluster without changing any; returns what was found, in a fixed order.
 *
 * @param hosts A look that has begun already. @default a new one
 */
export async function probe(lab: Lab, hosts = lookAtHosts(lab)): Promise<Finding[]> {
  const objectsLook = lookAtObjects(lab);
  const parts = await Promise.all([
    Promise.all(lab.stacks.map((stack) => lookAtStack(lab, stack))),
    Promise.all(lab.stacks.map(async ({ name }) => (await hosts.scripts.get(name)) ?? [])),
    hosts.mounts,
    objectsLook,
    lookIntoRedis(lab, objectsLook),
  ]);
  return parts.flat(2);
}

/** Did the stack's last operation come to a good end? What it left undone is in no state. */
async function lookAtStack({ pulumi }: Lab, { name, state }: Stack): Promise<Finding> {
  const title = `The stack ${name} was applied to its end`;
  const trouble = (reason: string) => failed(name, title, { reason, fix: { does: "apply", stack: name } });
  if (!state?.resources?.length) return trouble("it was not made yet");
  if (state.pending_operations?.length) return trouble("an operation on it was interrupted");
  if (!hostChecksOf(state))
    return trouble("its last pulumi up did not come to its end, or was run by an older version");
  const folders = await foldersOf(PROJECT, name, projectRoot);
  const last = (folders && (await lastInHistory(folders.history))) ?? (await pulumi.lastOperation(name));
  if (last === undefined || (last.kind === "update" && last.result === "succeeded")) return passed(name, title);
  return trouble(`its last operation was: ${last.kind}, ${last.result}`);
}

/** Looks at the hosts, which Pulumi does not: has somebody changed by hand what the stacks made there? */
export function lookAtHosts(lab: Lab): HostLooks {
  const { hosts, stacks } = lab;
  const scripts = new Map(
    stacks.map(({ name, state }) => {
      const checks = hostChecksOf(state) ?? [];
      return [name, Promise.all(checks.map((check) => hosts.look(check, name)))] as const;
    }),
  );
  const all = Promise.all(scripts.values()).then((findings) => findings.flat());
  const mounts = lookAtMounts(lab, declaredBy(stacks), all);
  // Who awaits them sees the error, also when that is later.
  for (const look of [...scripts.values(), mounts]) look.catch(() => {});
  return { scripts, mounts };
}

/** All objects that the stacks declare. */
export function declaredBy(stacks: Stack[]): DeclaredObject[] {
  return stacks.flatMap(({ name, state }) => declaredObjects(name, state));
}

/** Looks at every object that the stacks declare, and at the nodes that they prove by pods. */
export async function lookAtObjects({ cluster, stacks }: Lab): Promise<Finding[]> {
  const declared = declaredBy(stacks);
  const view = await ClusterView.load(cluster, declared);
  return (await Promise.all([judge(view, declared), lookAtNodeProofs(view, stacks)])).flat();
}

/**
 * Looks into the pods of both Redis: data on NFS, writable, and names that resolve. What is not fine from outside is told
 * already, but that is known later than the looks have to begin.
 */
async function lookIntoRedis({ cluster, stacks, settings }: Lab, objects: Promise<Finding[]>): Promise<Finding[]> {
  if (!stacks.some(({ program, state }) => program === "course" && state?.resources?.length)) return [];
  const checks: [string, Check][] = [
    [settings.redisExistingClaim, redisExistingClaim],
    [settings.redisTemplate, redisTemplate],
  ];
  const looks = checks.map(([name, check]) => {
    const controller = new AbortController();
    return { name, controller, results: runExercises([check], cluster, settings, { signal: controller.signal }) };
  });
  const fine = new Set((await objects).filter(({ passed: good }) => good).map(({ id }) => id));
  const chosen = looks.filter(({ name, controller }) => {
    const isFine = fine.has(`StatefulSet ${settings.courseNamespace}/${name}`);
    if (!isFine) controller.abort();
    return isFine;
  });
  const results = (await Promise.all(chosen.map(({ results: each }) => each))).flat();
  return results.map(({ id, title, passed: good, reason = "", remedy }) =>
    good ? passed(id, title) : failed(id, title, { reason, remedy }),
  );
}
