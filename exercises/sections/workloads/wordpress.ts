import { randomUUID } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { listFirst } from "../../cluster/mounts";
import type { Settings } from "../../runner/course-settings";
import { claimMountedAt, volumeMountedAt } from "../../cluster/volumes";
import { readyWorkload, replacePods, workloadLabel, type WorkloadRef } from "../../cluster/workloads";

const uploads = "/var/www/html/wp-content/uploads";
const file = `${uploads}/storage-lab-exercise.txt`;

/** Why WordPress loses its uploads: its directory on an emptyDir, compared with one on a claim. */
export const wordpress: Exercise = {
  id: "wordpress",
  section: "workloads",
  covers: ["wordpress"],
  title: "An upload on an emptyDir is lost with its pod; the same upload on a claim exists in the next pod",
  proves: "an emptyDir exists as long as its pod, a claim until it is deleted",
  readOnly: false,
  timeoutSeconds: 480,
  touches: (settings) => [
    workloadLabel(deployment(settings, settings.wordpressEmptyDir)),
    workloadLabel(deployment(settings, settings.wordpressClaim)),
  ],
  async run(context) {
    const { wordpressEmptyDir, wordpressClaim, wordpressVolumeClaim: claim } = context.settings;
    const [lost, kept] = await Promise.all([
      upload(context, wordpressEmptyDir, "an emptyDir", (pod) => !!volumeMountedAt(pod, uploads)?.emptyDir),
      upload(context, wordpressClaim, `the claim ${claim}`, (pod) => claimMountedAt(pod, uploads) === claim),
    ]);
    if (lost.after) throw new Failure(`an emptyDir should be empty in a new pod, but it holds ${lost.after}`);
    if (kept.after !== kept.before) {
      throw new Failure(`claim ${claim} should still hold ${kept.before}, but it holds ${kept.after || "nothing"}`);
    }
  },
};

function deployment({ courseNamespace }: Settings, name: string): WorkloadRef<"Deployment"> {
  return { kind: "Deployment", namespace: courseNamespace, name };
}

/** Writes a file among the uploads, replaces the pod and reads the file again. */
async function upload(
  context: Context,
  name: string,
  expected: string,
  isExpected: (pod: V1Pod) => boolean,
): Promise<{ before: string; after: string }> {
  const ref = deployment(context.settings, name);
  const found = await readyWorkload(context, ref);
  const inside = (current: Context, [pod]: V1Pod[], script: string): Promise<string> =>
    current.shell(ref.namespace, pod?.metadata?.name ?? "", script);
  if (!found.pods[0] || !isExpected(found.pods[0])) {
    throw new Failure(`${workloadLabel(ref)} should have a pod with ${expected} at ${uploads}`);
  }
  context.afterwards(`removing the upload of ${name}`, async (afterwards) => {
    await inside(afterwards, (await readyWorkload(afterwards, ref)).pods, `rm -f ${file}`);
  });

  const before = randomUUID();
  await inside(context, found.pods, `printf %s ${before} > ${file}`);
  const { pods } = await replacePods(context, found);
  const after = await inside(context, pods, `${listFirst(uploads)}; if [ -e ${file} ]; then cat ${file}; fi`);
  const names = `${found.pods[0].metadata?.name} deleted, ${pods[0]?.metadata?.name} replaces it`;
  context.saw(`${name}, on ${expected}`, `${names}: the upload ${after ? `exists: ${after}` : "is lost"}`);
  return { before, after };
}
