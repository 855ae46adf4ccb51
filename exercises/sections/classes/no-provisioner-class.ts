import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { nodesForPods, onNode, scheduling } from "../../cluster/nodes";
import { ownClaim, ownVolume, ownVolumeName } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, eventAbout } from "../../cluster/volume-phases";
import { createHelper, readyPod } from "../../cluster/pods";
import { claimLine } from "../../cluster/volumes";

const id = "no-provisioner-class";

/** A class without a provisioner: a claim of it stays Pending, although a volume matches, until a pod uses it. */
export const noProvisionerClass: Exercise = {
  id,
  section: "classes",
  covers: ["no-provisioner"],
  title: "A claim of a class that waits for its first consumer is bound only when a pod uses it",
  proves:
    "the pod's node decides which disk is used: bound earlier, the disk could be on a node where the pod cannot run",
  readOnly: false,
  timeoutSeconds: 300,
  touches: ({ fastClass }) => [`StorageClass ${fastClass}`, `Namespace ${ownName(id)}`, scheduling],
  async run(context) {
    const { cluster, settings } = context;
    const found = await context.mustFind("StorageClass", settings.fastClass);
    context.saw(
      `class ${settings.fastClass}`,
      `${found.provisioner}, ${found.volumeBindingMode}, allowVolumeExpansion ${found.allowVolumeExpansion ?? false}`,
    );
    if (found.volumeBindingMode !== "WaitForFirstConsumer") {
      throw new Failure(`the class ${settings.fastClass} binds ${found.volumeBindingMode}, not WaitForFirstConsumer`);
    }
    const [node = ""] = await nodesForPods(context, 1);
    const namespace = await exerciseNamespace(context);

    // /tmp exists on every node, and nothing is written there, so no directory is left behind.
    const local = {
      accessModes: ["ReadWriteOnce"],
      storageClassName: settings.fastClass,
      local: { path: "/tmp" },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: Object.keys(onNode(node))[0] ?? "", operator: "In", values: [node] }] },
          ],
        },
      },
    };
    await cluster.create("PersistentVolume", ownVolume(id, local));
    const spec = { accessModes: local.accessModes, storageClassName: settings.fastClass };
    const claim = await cluster.create("PersistentVolumeClaim", ownClaim(id, "claim", { spec }));
    context.saw("no pod yet", await eventAbout(context, claim, ["WaitForFirstConsumer"]));
    context.saw("claim", claimLine(await claimInPhase(context, { namespace, name: "claim" }, "Pending")));

    const volume = { persistentVolumeClaim: { claimName: "claim" } };
    await createHelper(context, { name: "consumer", namespace, volume, readOnly: true });
    const bound = await claimInPhase(context, { namespace, name: "claim" }, "Bound");
    context.saw("a pod uses it: claim", claimLine(bound));
    if (bound.spec?.volumeName !== ownVolumeName(id)) {
      throw new Failure(`the claim should have the exercise's own volume, but it has ${bound.spec?.volumeName}`);
    }
    const pod = await readyPod(context, namespace, "consumer");
    context.saw("the pod", `on ${pod.spec?.nodeName}, where the volume's disk is`);
    if (pod.spec?.nodeName !== node) throw new Failure(`the pod runs on ${pod.spec?.nodeName}, the disk is on ${node}`);
  },
};
