import { randomUUID } from "node:crypto";
import { borrowReplicas } from "../../cluster/borrowed-replicas";
import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { listFirst } from "../../cluster/mounts";
import type { Settings } from "../../runner/course-settings";
import { claimMountedAt } from "../../cluster/volumes";
import { readyWorkload, scale, workloadLabel, type WorkloadRef } from "../../cluster/workloads";

const replicas = 3;
const uploads = "/var/www/html/wp-content/uploads";
const file = `${uploads}/storage-lab-exercise-scaling.txt`;

/** What a Deployment's replicas do not have: stable names, an order, their own storage. */
export const scalingDeployment: Exercise = {
  id: "scaling-deployment",
  section: "workloads",
  covers: ["stateful-set"],
  title: "A Deployment's replicas have random names and share one claim",
  proves: "a Deployment's replicas are interchangeable: none has a stable name, an order or its own storage",
  readOnly: false,
  timeoutSeconds: 420,
  touches: (settings) => [workloadLabel(theDeployment(settings))],
  async run(context) {
    const ref = theDeployment(context.settings);
    const { namespace, name } = ref;
    const { wordpressVolumeClaim } = context.settings;
    await borrowReplicas(context, ref);
    const { pods } = await scale(context, ref, replicas);
    for (const pod of pods) {
      const podName = pod.metadata?.name ?? "";
      const claim = claimMountedAt(pod, uploads);
      context.saw(podName, `on ${pod.spec?.nodeName}, claim ${claim}`);
      if (!new RegExp(`^${name}-[a-z0-9]+-[a-z0-9]{5}$`).test(podName)) {
        throw new Failure(`a pod of ${workloadLabel(ref)} should have a random name, but one is ${podName}`);
      }
      if (claim !== wordpressVolumeClaim) {
        throw new Failure(
          `Pod ${podName} should have the claim ${wordpressVolumeClaim} at ${uploads}, but has ${claim}`,
        );
      }
    }

    const [writer = "", ...readers] = pods.map(({ metadata }) => metadata?.name ?? "");
    context.afterwards(`removing ${file}`, async (afterwards) => {
      const [pod] = (await readyWorkload(afterwards, ref)).pods;
      await afterwards.shell(namespace, pod?.metadata?.name ?? "", `rm -f ${file}`);
    });
    const word = randomUUID();
    await context.shell(namespace, writer, `printf %s ${word} > ${file}`);
    context.saw(`${writer} wrote`, word);
    await Promise.all(
      readers.map(async (reader) => {
        const found = await context.shell(namespace, reader, `${listFirst(uploads)}; cat ${file}`);
        context.saw(`${reader} reads`, found);
        if (found !== word)
          throw new Failure(`Pod ${reader} should read ${word} on the shared claim, but reads ${found}`);
      }),
    );
  },
};

function theDeployment({ courseNamespace, wordpressClaim }: Settings): WorkloadRef<"Deployment"> {
  return { kind: "Deployment", namespace: courseNamespace, name: wordpressClaim };
}
