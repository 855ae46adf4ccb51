import type { V1VolumeAttachment } from "@kubernetes/client-node";
import type { Context } from "../../runner/exercise";

/** Longest wait for an attachment, in seconds. */
const attachSeconds = 60;

/** Longest wait for its end, in seconds: the kubelet reports an unmounted volume with its node's status. */
const detachSeconds = 180;

/** What attaches a volume to a node: a VolumeAttachment names both. */
export interface Attached {
  volume: string;
  node: string;
}

/** A volume's attachments, to all nodes. */
export async function attachmentsOf(context: Context, volume: string): Promise<V1VolumeAttachment[]> {
  const all = await context.cluster.list("VolumeAttachment");
  return all.filter(({ spec }) => spec.source.persistentVolumeName === volume);
}

/** Waits until a volume is attached to a node, and returns the attachment. */
export async function attachment(context: Context, { volume, node }: Attached): Promise<V1VolumeAttachment> {
  let last: V1VolumeAttachment | undefined;
  const options = {
    seconds: attachSeconds,
    missing: () => (last ? attachmentLine(last) : "there is none: `attachRequired` of the CSIDriver must be true"),
    remedy: `run \`kubectl get volumeattachments\`, and read the log of the attacher: \`kubectl logs -l ${context.settings.csiControllerLabels} -c csi-attacher -n ${context.settings.csiNamespace}\``,
  };
  return context.until(`the VolumeAttachment of volume ${volume} to node ${node}`, options, async () => {
    last = (await attachmentsOf(context, volume)).find(({ spec }) => spec.nodeName === node);
    return last?.status?.attached ? last : undefined;
  });
}

/** Waits until a volume is not attached to a node. */
export async function detached(context: Context, { volume, node }: Attached): Promise<void> {
  const what = `the VolumeAttachment of volume ${volume} to node ${node} to be gone`;
  const remedy = "run `kubectl describe volumeattachments`";
  await context.until(what, { seconds: detachSeconds, remedy }, async () =>
    (await attachmentsOf(context, volume)).some(({ spec }) => spec.nodeName === node) ? undefined : true,
  );
}

/** An attachment in one line. */
export function attachmentLine({ metadata, spec, status }: V1VolumeAttachment): string {
  const error = status?.attachError?.message;
  return `${shortName(metadata?.name)}: attacher ${spec.attacher}, node ${spec.nodeName}, attached ${status?.attached ?? false}${error ? `, ${error}` : ""}`;
}

/** The name that the controller manager gives is a hash of 68 characters. */
function shortName(name = ""): string {
  return name.length > 20 ? `${name.slice(0, 16)}…` : name;
}
