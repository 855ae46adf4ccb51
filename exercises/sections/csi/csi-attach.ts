import { createHash } from "node:crypto";
import type { V1PersistentVolume, V1VolumeAttachment } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { nodesForPods, onNode, scheduling } from "../../cluster/nodes";
import { exerciseNamespace, ownedBy, ownName } from "../../cluster/owned";
import { endPod, startHelper } from "../../cluster/pods";
import { attachment, attachmentLine, attachmentsOf, detached } from "./attachments";
import { claimVolume, createCsiClaim, csiVolume } from "./csi-volume";
import { installedDriver } from "./installed-driver";

const id = "csi-attach";

/** A node that there is not. */
const goneNode = ownName(`${id}-gone`);

/** Longest wait until the attacher reacts to an attachment, in seconds. */
const attacherSeconds = 30;

/** Attachments of one volume: to two nodes with pods, and to a node that does not exist. */
export const csiAttach: Exercise = {
  id,
  section: "csi",
  covers: ["csi-attachment"],
  title: "A VolumeAttachment comes with the first pod on a node and goes with the last; a lost one stays",
  proves:
    "the controller manager makes and deletes VolumeAttachments for the pods it sees; one that it does not know, for a node that is gone, nobody deletes",
  readOnly: false,
  timeoutSeconds: 900,
  touches: () => [`Namespace ${ownName(id)}`, scheduling],
  async run(context) {
    await installedDriver(context);
    const nodes = await nodesForPods(context, 2);
    const namespace = await exerciseNamespace(context);
    await createCsiClaim(context);
    const volume = await csiVolume(context);
    const name = volume.metadata?.name ?? "";
    const pods = nodes.slice(0, 2).map((node, index) => ({ node, pod: `user-${index + 1}` }));
    for (const { node, pod } of pods) {
      await startHelper(context, { name: pod, namespace, nodeSelector: onNode(node), volume: claimVolume });
      context.saw(`a pod on ${node}`, attachmentLine(await attachment(context, { volume: name, node })));
    }
    const lost = await attachToGoneNode(context, volume);
    for (const { node, pod } of pods) {
      await endPod(context, namespace, pod);
      await detached(context, { volume: name, node });
      const left = (await attachmentsOf(context, name)).map(({ spec }) => spec.nodeName);
      context.saw(`no pod on ${node} any more`, `attached to ${left.join(", ") || "no node"}`);
    }
    await mustStay(context, name, lost);
    await context.cluster.remove("VolumeAttachment", lost.metadata?.name ?? "");
    await detached(context, { volume: name, node: goneNode });
    context.saw("deleted by hand", "it is gone: `kubectl delete volumeattachment`");
  },
};

/**
 * Makes an attachment like that of a node that is gone, whose controller manager has forgotten it. Waits until the attacher
 * reacts: for a driver without ControllerPublishVolume it sets `attached` and does not look for the node.
 */
async function attachToGoneNode(context: Context, volume: V1PersistentVolume): Promise<V1VolumeAttachment> {
  const { csiDriver: attacher } = context.settings;
  const name = attachmentName(volume.spec?.csi?.volumeHandle ?? "", attacher, goneNode);
  const source = { persistentVolumeName: volume.metadata?.name };
  await context.cluster.create("VolumeAttachment", {
    metadata: { name, labels: ownedBy(id) },
    spec: { attacher, nodeName: goneNode, source },
  });
  const what = `the attacher to react to the VolumeAttachment of node ${goneNode}`;
  const { csiControllerLabels, csiNamespace } = context.settings;
  const remedy = `run \`kubectl logs -l ${csiControllerLabels} -c csi-attacher -n ${csiNamespace}\``;
  const lost = await context.until(what, { seconds: attacherSeconds, remedy }, async () => {
    const found = await context.cluster.find("VolumeAttachment", name);
    return found?.status?.attached || found?.status?.attachError ? found : undefined;
  });
  context.saw("a node that does not exist", attachmentLine(lost));
  return lost;
}

/** The name that the controller manager gives an attachment. */
function attachmentName(handle: string, attacher: string, node: string): string {
  return `csi-${createHash("sha256").update(`${handle}${attacher}${node}`).digest("hex")}`;
}

async function mustStay(context: Context, volume: string, { metadata }: V1VolumeAttachment): Promise<void> {
  const found = (await attachmentsOf(context, volume)).find((each) => each.metadata?.uid === metadata?.uid);
  if (!found) {
    throw new Failure(
      `the VolumeAttachment of node ${goneNode} should stay until it is deleted by hand, but somebody deleted it`,
      "the controller manager looks at attachments that it did not make when it starts: see whether it was restarted, and run this again",
    );
  }
  context.saw("left behind", `${attachmentLine(found)}: nobody deletes it`);
}
