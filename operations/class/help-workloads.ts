import type { Step } from "../../exercises/runner/progress";
import { Failure } from "../../exercises/runner/failure";
import type { Finding } from "../probe/finding";
import { bindVolume, freeVolume } from "../restore/free-volume";
import type { ClassLab } from "./class-lab";

/** The claim of the Redis on a student's static volume. */
export const STATIC_CLAIM = "redis-static";

/**
 * Does what helps Redis that nothing else brings back: a pod of an earlier template for which its StatefulSet waits is
 * replaced, and a volume whose claim a student has deleted is free again for the new one. Each is done once.
 *
 * @param done What was done before.
 */
export async function helpWorkloads(
  { cluster, stack }: ClassLab,
  findings: Finding[],
  done: Set<string>,
  step: Step,
): Promise<void> {
  for (const { trouble } of findings) {
    const { fix } = trouble ?? {};
    if (fix === undefined || done.has(JSON.stringify(fix))) continue;
    done.add(JSON.stringify(fix));
    try {
      if (fix.does === "replace-pod") {
        await cluster.remove("Pod", fix.name, fix.namespace, fix.uid);
        step.note(`Pod ${fix.namespace}/${fix.name} is replaced`);
      } else if (fix.does === "bind-volume") {
        await bindVolume(cluster, fix.volume);
      } else if (fix.does === "free-volume") {
        const [namespace] = fix.volume.split(".");
        const kind = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
        step.note(
          await freeVolume(cluster, fix.volume, [{ stack, ...kind, namespace, name: STATIC_CLAIM, inputs: {} }]),
        );
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      step.note(error.message);
    }
  }
}
