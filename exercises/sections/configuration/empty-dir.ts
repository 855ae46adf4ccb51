import { randomUUID } from "node:crypto";
import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownName } from "../../cluster/owned";
import { endPod, type HelperPod, mountPath, startHelper } from "../../cluster/pods";
import { restartContainer } from "../../cluster/restart-container";

const id = "empty-dir";
const file = `${mountPath}/word`;

/** What an emptyDir survives, and what it does not. */
export const emptyDir: Exercise = {
  id,
  section: "configuration",
  covers: ["wordpress"],
  title: "An emptyDir survives its container, but not its pod",
  proves: "an emptyDir belongs to the pod: a restarted container finds its data, a new pod gets an empty one",
  readOnly: false,
  timeoutSeconds: 420,
  touches: ({ courseNamespace }) => [`Pod ${courseNamespace}/${ownName(id)}`],
  async run(context) {
    const name = ownName(id);
    const { courseNamespace: namespace } = context.settings;
    const pod: HelperPod = { name, namespace, volume: { emptyDir: {} }, restartPolicy: "Always" };
    const read = `if [ -e ${file} ]; then cat ${file}; fi`;
    const word = randomUUID();

    const first = await startHelper(context, pod);
    await context.shell(namespace, name, `printf %s ${word} > ${file}`);
    context.saw(`pod uid ${first.metadata?.uid}, a new emptyDir`, `wrote ${word}`);
    const restarted = await restartContainer(context, namespace, name);
    const kept = await context.shell(namespace, name, read);
    const restarts = restarted.status?.containerStatuses?.[0]?.restartCount;
    context.saw(`pod uid ${restarted.metadata?.uid}, container restarts ${restarts}`, `read ${kept || "nothing"}`);
    if (kept !== word) throw new Failure(`a restarted container should find ${word}, but finds ${kept || "nothing"}`);

    await endPod(context, namespace, name);
    const second = await startHelper(context, pod);
    const lost = await context.shell(namespace, name, read);
    context.saw(`pod uid ${second.metadata?.uid}, of the same name`, `read ${lost || "nothing"}`);
    if (lost) throw new Failure(`a new pod should get an empty emptyDir, but it holds ${lost}`);
  },
};
