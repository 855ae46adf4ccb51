import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { type Hint, NotMet, notThere } from "../runner/not-met";
import type { Work } from "../runner/work";
import { readyPod } from "./student-pod";

const REPLICAS: Hint = {
  id: "replicas",
  en: "kubectl get statefulset shows how many there are of how many; kubectl describe statefulset why one is missing.",
  zh: "kubectl get statefulset 显示副本数；kubectl describe statefulset 说明为什么缺少。",
};

const NOT_OF_THE_SET: Hint = {
  id: "not-of-the-set",
  en: "A pod that you made by hand has the name that the StatefulSet's pod would have. Delete it: the StatefulSet makes its own.",
  zh: "您手工创建的 Pod 占用了 StatefulSet 的 Pod 的名称。请删除它：StatefulSet 会自己创建。",
};

/** A student's StatefulSet with its pods, in their order: all Ready, and made by it. */
export interface StudentSet {
  set: V1StatefulSet;
  pods: V1Pod[];
}

/** Reads a StatefulSet that has so many pods. */
export async function studentSet(work: Work, name: string, replicas: number): Promise<StudentSet> {
  const set = await work.find("StatefulSet", name);
  const names = Array.from({ length: replicas }, (_, index) => `${name}-${index}`);
  if (!set) {
    const pod = await work.find("Pod", names[0] ?? "");
    if (!pod) throw notThere(`StatefulSet ${name}`);
    throw foreign(names[0] ?? "", name);
  }
  const wanted = set.spec?.replicas ?? 1;
  if (wanted !== replicas) {
    throw new NotMet(
      {
        en: `StatefulSet ${name} has replicas ${wanted}, not ${replicas}`,
        zh: `StatefulSet ${name} 的 replicas 是 ${wanted}，而不是 ${replicas}`,
      },
      REPLICAS,
    );
  }
  const pods: V1Pod[] = [];
  for (const pod of names) pods.push(await readyPod(work, pod));
  for (const pod of pods) requireOf(set, pod);
  return { set, pods };
}

/** Fails unless the pod was made by this very StatefulSet. */
export function requireOf(set: V1StatefulSet, pod: V1Pod): void {
  const owner = pod.metadata?.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind === "StatefulSet" && owner.uid === set.metadata?.uid) return;
  throw foreign(pod.metadata?.name ?? "", set.metadata?.name ?? "");
}

function foreign(pod: string, set: string): NotMet {
  return new NotMet(
    { en: `Pod ${pod} was not made by the StatefulSet ${set}`, zh: `Pod ${pod} 不是由 StatefulSet ${set} 创建的` },
    NOT_OF_THE_SET,
  );
}
