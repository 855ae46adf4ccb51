import type { KubernetesObject } from "@kubernetes/client-node";
import type { Step } from "../../exercises/runner/progress";
import { Failure } from "../../exercises/runner/failure";
import { STACK_MARK } from "../../stacks/mark-names";
import { PROJECT, projectRoot } from "../lab";
import { foldersOf, stateInFile } from "../pulumi/backend";
import { apiKindOf, type Resource } from "../pulumi/deployment";
import { recover, type Lookup } from "../pulumi/recovery";
import type { ClassLab } from "./class-lab";

/** How a stack is run after what happened to its last run. */
export interface Settled {
  /** There is no such stack yet. */
  isNew: boolean;
  /** Its state has nothing. After a run that was killed that says nothing, and it is false. */
  isEmpty: boolean;
  /** What its state has; undefined after a run that was killed, which may have made more. */
  resources?: Resource[];
  flags: string[];
  environment: Record<string, string>;
}

/**
 * Makes a stack of the class usable whose last run was killed. Without checkpoints its state does not have what that run
 * has made; each of these objects carries the stack's mark, so the next run takes them up. What carries another mark, or
 * none, is an error, and stays.
 */
export async function settleStack(lab: ClassLab, stack: string, step: Step): Promise<Settled> {
  const folders = await foldersOf(PROJECT, stack, projectRoot);
  const locks = folders?.locks;
  const known = folders && (await stateInFile(folders));
  const state = known === "missing" ? undefined : (known ?? (await lab.pulumi.state(stack)));
  const lookup = lookupOf(lab, stack);
  const isNew = state === undefined;
  if (!(await recover(lab.pulumi, stack, { state, locks, lookup }, step)))
    return { isNew, isEmpty: !state?.resources?.length, resources: state?.resources, flags: [], environment: {} };
  await requireOwn(lab, stack);
  const environment = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
  return { isNew, isEmpty: false, flags: ["--refresh"], environment };
}

/** Finds the stack's own objects in the cluster. */
function lookupOf({ cluster }: ClassLab, stack: string): Lookup {
  return async ({ type, namespace, name }) => {
    const object = await cluster.findAny({ ...apiKindOf(type), name, namespace });
    return object !== undefined && isOf(stack, object);
  };
}

function isOf(stack: string, { metadata }: KubernetesObject): boolean {
  return metadata?.annotations?.[STACK_MARK] === `${PROJECT}/${stack.split("/").at(-1)}`;
}

/** What the next run would make and is there already has to be the stack's. */
async function requireOwn({ cluster, pulumi }: ClassLab, stack: string): Promise<void> {
  const foreign: string[] = [];
  for (const { op, newState } of await pulumi.plannedSteps(stack)) {
    if (op !== "create" || !newState?.type.startsWith("kubernetes:")) continue;
    const { name, namespace } = newState.inputs?.metadata ?? {};
    if (name === undefined) continue;
    const of = apiKindOf(newState.type);
    const object = await cluster.findAny({ ...of, name, namespace });
    if (object !== undefined && !isOf(stack, object))
      foreign.push(`${of.kind} ${[namespace, name].filter(Boolean).join("/")}`);
  }
  if (foreign.length === 0) return;
  throw new Failure(
    `not of the stack ${stack}, which would make them: ${foreign.join(", ")}; they were left as they are`,
    "Rename or delete them, then run class up again.",
  );
}
