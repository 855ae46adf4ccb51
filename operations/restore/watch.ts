import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../../exercises/runner/progress";
import type { Lab, Stack } from "../lab";
import { ClusterView } from "../probe/cluster-view";
import { declaredObjects, titleOf } from "../probe/declared";
import { failed, findingLine, type Finding } from "../probe/finding";
import { healthOf } from "../probe/judge";
import type { Fixes } from "./fixes";
import { Patience } from "./patience";

/** Pulumi first compares; looks at the cluster cost it time. In milliseconds. */
const FIRST_LOOK = 6000;
const BETWEEN_LOOKS = 4000;

/**
 * Runs `pulumi up` on a stack and looks at the cluster meanwhile, since Pulumi waits on its own terms: what holds its
 * objects up is fixed where that loses nothing, and what would be waited for in vain ends it, with the cause.
 */
export async function applyWatched(lab: Lab, stack: Stack, flags: string[], fixes: Fixes, step: Step): Promise<void> {
  const ended = new AbortController();
  const interruption = new AbortController();
  const patience = new Patience();
  let lasting: Finding[] = [];
  const watching = (async () => {
    for (let pause = FIRST_LOOK; await pauseUnless(ended.signal, pause); pause = BETWEEN_LOOKS) {
      // An API server that does not answer for a while ends no watch; Pulumi waits for it, or tells of it.
      const findings = await lookAtProgress(lab, stack).catch(() => undefined);
      if (!findings) continue;
      await fixes.apply(patience.due(findings), step);
      lasting = patience.lasting(findings).filter(({ trouble }) => !fixes.isOpen(trouble?.fix));
      if (lasting.length > 0) return interruption.abort();
    }
  })();
  // Whatever else ends the watch must not end this process, and leave Pulumi to itself.
  watching.catch(() => {});
  try {
    await lab.pulumi.change(stack.name, "up", step, { flags, signal: interruption.signal });
  } catch (error) {
    if (lasting.length === 0) throw error;
    throw new Failure(
      `pulumi up of ${stack.name} was ended, because it would wait in vain:\n${lasting.map(findingLine).join("\n")}`,
      "When the cause is gone: run up again, which continues where this one stopped.",
    );
  } finally {
    ended.abort();
    await watching.catch(() => {});
  }
}

/** Waits; returns false as soon as there is nothing to watch any more. */
async function pauseUnless(signal: AbortSignal, milliseconds: number): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false);
}

/** How the objects fare that Pulumi makes or changes at this moment, and so waits for. */
async function lookAtProgress({ pulumi, cluster }: Lab, { name }: Stack): Promise<Finding[]> {
  const state = await pulumi.state(name);
  const underWay = (state?.pending_operations ?? []).map(({ resource }) => ({
    ...resource,
    // One that is being made has no id yet.
    id: [resource.inputs?.metadata?.namespace, resource.inputs?.metadata?.name].filter(Boolean).join("/"),
  }));
  const objects = declaredObjects(name, { resources: underWay });
  const view = await ClusterView.load(cluster, objects);
  const findings = await Promise.all(
    objects.map(async (object): Promise<Finding[]> => {
      const live = view.object(object);
      const trouble = live && (await healthOf(view, object.kind, live));
      return trouble ? [failed(titleOf(object), titleOf(object), trouble)] : [];
    }),
  );
  return findings.flat();
}
