import type { V1PersistentVolume, V1Pod, V1VolumeAttachment } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { eventTime } from "../../cluster/event-time";
import { nfsMountAt, parseMounts } from "../../cluster/mounts";
import { exerciseNamespace, ownName } from "../../cluster/owned";
import { endPod, mountPath, startHelper } from "../../cluster/pods";
import { findEvent, gone } from "../../cluster/volume-phases";
import { nfsOf, volumeLine } from "../../cluster/volumes";
import { attachment, attachmentLine, detached } from "./attachments";
import { claimName, claimVolume, createCsiClaim, csiVolume } from "./csi-volume";
import { loggedCall } from "./driver-log";
import { controllerPods, nodePlugin } from "./driver-pods";
import { installedDriver, nodePlugins } from "./installed-driver";
import { Timeline } from "./timeline";

const id = "csi-walk";
const pod = "user";

/** The whole way of a volume of the CSI driver, from the claim into a pod and back. */
export const csiWalk: Exercise = {
  id,
  section: "csi",
  covers: ["csi"],
  title: "A claim of the CSI class is provisioned, attached and mounted, and goes the same way back",
  proves:
    "three programs work one after the other: the provisioner calls CreateVolume, the attacher answers for the VolumeAttachment, the kubelet calls NodePublishVolume; deletion undoes it in reverse order",
  readOnly: false,
  timeoutSeconds: 600,
  touches: () => [`Namespace ${ownName(id)}`, nodePlugins],
  async run(context) {
    await installedDriver(context);
    const namespace = await exerciseNamespace(context);
    const claim = await createCsiClaim(context);
    const timeline = new Timeline(context, claim.metadata?.creationTimestamp);
    const created = claim.metadata?.creationTimestamp ?? timeline.now();
    timeline.step("claim created", created, `${namespace}/${claimName} of class ${claim.spec?.storageClassName}`);
    const volume = await provision(context, timeline);
    const started = await attachAndMount(context, timeline, volume);
    await back(context, timeline, volume, started);
  },
};

async function provision(context: Context, timeline: Timeline): Promise<V1PersistentVolume> {
  const volume = await csiVolume(context);
  const { metadata, spec, status } = volume;
  const call = await loggedCall(context, await controllerPods(context), "CreateVolume", metadata?.name ?? "");
  timeline.step("CreateVolume in the controller's log", call.at, short(call.text));
  const created = metadata?.creationTimestamp ?? timeline.now();
  const handle = `driver ${spec?.csi?.driver}, volumeHandle ${spec?.csi?.volumeHandle}`;
  timeline.step("PersistentVolume created", created, `${metadata?.name}: ${handle}`);
  timeline.step("Bound", status?.lastPhaseTransitionTime ?? created, volumeLine(volume));
  return volume;
}

async function attachAndMount(context: Context, timeline: Timeline, volume: V1PersistentVolume): Promise<V1Pod> {
  const namespace = ownName(id);
  const name = volume.metadata?.name ?? "";
  const started = await startHelper(context, { name: pod, namespace, volume: claimVolume });
  const node = started.spec?.nodeName ?? "";
  const scheduled = started.status?.conditions?.find(({ type }) => type === "PodScheduled")?.lastTransitionTime;
  const earliest = scheduled ?? started.metadata?.creationTimestamp ?? timeline.now();
  timeline.step("pod scheduled", earliest, `${namespace}/${pod} on ${node}`);

  const found = await attachment(context, { volume: name, node });
  const made = found.metadata?.creationTimestamp ?? earliest;
  timeline.step("VolumeAttachment created", made, attachmentLine(found));
  const marked = markedBy(found);
  timeline.step("attached", marked?.at ?? made, `set by ${marked?.by ?? "the attacher"}`);
  const event = await findEvent(context, started, ["SuccessfulAttachVolume"]);
  timeline.step("event SuccessfulAttachVolume", eventTime(event), event.message ?? "");

  const plugin = await nodePlugin(context, node);
  const call = await loggedCall(context, [plugin], "NodePublishVolume", name);
  timeline.step(`NodePublishVolume in the log of ${plugin.metadata?.name}`, call.at, short(call.text));
  const mounts = parseMounts(await context.shell(namespace, pod, "cat /proc/mounts"));
  const running = started.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? timeline.now();
  timeline.step("container started, with the mount", running, nfsMountAt(mounts, mountPath, nfsOf(volume)));
  return started;
}

/** Who set `attached`, and when: the API server notes that for each field. */
function markedBy({ metadata }: V1VolumeAttachment): { by?: string; at?: Date } | undefined {
  const entry = metadata?.managedFields?.find(({ subresource }) => subresource === "status");
  return entry && { by: entry.manager, at: entry.time };
}

async function back(context: Context, timeline: Timeline, volume: V1PersistentVolume, used: V1Pod): Promise<void> {
  const namespace = ownName(id);
  const name = volume.metadata?.name ?? "";
  const node = used.spec?.nodeName ?? "";
  timeline.step("pod deleted", timeline.now(), `${namespace}/${pod}`);
  await endPod(context, namespace, pod);
  const unpublished = await loggedCall(context, [await nodePlugin(context, node)], "NodeUnpublishVolume", name);
  timeline.step("NodeUnpublishVolume in the same log", unpublished.at, short(unpublished.text));
  await detached(context, { volume: name, node });
  timeline.step("VolumeAttachment gone", timeline.now(), `volume ${name} is attached to no node`);

  timeline.step("claim deleted", timeline.now(), `${namespace}/${claimName}`);
  await context.cluster.remove("PersistentVolumeClaim", claimName, namespace);
  await gone(context, "PersistentVolumeClaim", claimName, namespace);
  await gone(context, "PersistentVolume", name);
  const end = timeline.now();
  const deleted = await loggedCall(context, await controllerPods(context), "DeleteVolume", name);
  timeline.step("DeleteVolume in the controller's log", deleted.at, short(deleted.text));
  timeline.step("PersistentVolume gone", end, name);
}

/** Upstream's requests have a thousand characters. */
function short(line: string): string {
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
