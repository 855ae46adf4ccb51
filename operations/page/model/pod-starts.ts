import type { V1Pod } from "@kubernetes/client-node";
import { GRADING_PREFIX } from "../../../grading/runner/work";
import { timeOf } from "./cluster-objects";
import type { PodStart } from "./line";

/** How long a student's pods took to be Ready, in the order of their names; not of those that only grade. */
export function podStarts(pods: V1Pod[]): PodStart[] {
  return pods
    .filter(({ metadata, status }) => !metadata?.name?.startsWith(GRADING_PREFIX) && status?.phase !== "Succeeded")
    .map(startOf)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * From the pod's creation to when its condition Ready became True last. A pod that was not Ready for a while, as its node
 * was away, has a later time than that of its start; one whose containers restarted is left out for that reason.
 */
function startOf({ metadata, status }: V1Pod): PodStart {
  const name = metadata?.name ?? "";
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  if (containers.some(({ restartCount }) => restartCount > 0)) return { name, restarted: true };
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True" || !ready.lastTransitionTime || !metadata?.creationTimestamp) return { name };
  const seconds = (timeOf(ready.lastTransitionTime) - timeOf(metadata.creationTimestamp)) / 1000;
  return { name, seconds: Math.max(seconds, 0) };
}
