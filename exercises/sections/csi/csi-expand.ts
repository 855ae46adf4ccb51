import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { exerciseNamespace, ownName } from "../../cluster/owned";
import { mountPath, readyPod, startHelper } from "../../cluster/pods";
import { eventAbout } from "../../cluster/volume-phases";
import { bytes } from "../rules/quota";
import { claimName, claimVolume, createCsiClaim, csiVolume } from "./csi-volume";
import { loggedCall } from "./driver-log";
import { controllerPods } from "./driver-pods";
import { installedDriver } from "./installed-driver";

const id = "csi-expand";
const pod = "user";
const file = `${mountPath}/larger`;

/** Longest wait for the resizer, in seconds. */
const resizeSeconds = 60;

const sizes = { before: "1Mi", written: "3Mi", after: "4Mi" };

/** A claim grows under a running pod. It can be smaller than what the pod wrote, because NFS counts nothing. */
export const csiExpand: Exercise = {
  id,
  section: "csi",
  covers: ["csi-expansion"],
  title: "A claim of the CSI class grows while a pod uses it",
  proves:
    "the resizer calls ControllerExpandVolume and sets the claim's capacity, and no pod is restarted; on NFS the size is only a number, which nothing enforces",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const { storageClass } = await installedDriver(context);
    if (!storageClass.allowVolumeExpansion) {
      throw new Failure(`StorageClass ${storageClass.metadata?.name} does not have allowVolumeExpansion: true`);
    }
    const namespace = await exerciseNamespace(context);
    const claim = await createCsiClaim(context, sizes.before);
    const volume = (await csiVolume(context)).metadata?.name ?? "";
    const before = await startHelper(context, { name: pod, namespace, volume: claimVolume });
    const size = bytes(sizes.written);
    const written = await context.shell(namespace, pod, `head -c ${size} /dev/zero > ${file} && wc -c < ${file}`);
    context.saw(`claim of ${sizes.before}`, `a pod wrote ${written.trim()} bytes into it: NFS enforces no size`);

    const storage = sizes.after;
    await context.cluster.patch("PersistentVolumeClaim", claimName, namespace, {
      spec: { resources: { requests: { storage } } },
    });
    const grown = await grownTo(context, namespace, storage);
    context.saw("status.capacity", `${sizes.before} → ${grown.status?.capacity?.storage}`);
    const call = await loggedCall(context, await controllerPods(context), "ControllerExpandVolume", volume);
    context.saw("the controller's log", call.text);
    context.saw("event", await eventAbout(context, claim, ["VolumeResizeSuccessful", "Resizing"]));

    const after = await readyPod(context, namespace, pod);
    context.saw("the pod", `uid ${after.metadata?.uid}, before and after`);
    if (after.metadata?.uid !== before.metadata?.uid) {
      throw new Failure(`Pod ${namespace}/${pod} was replaced while its claim grew`);
    }
    const kept = await context.shell(namespace, pod, `wc -c < ${file}`);
    if (kept.trim() !== String(size)) throw new Failure(`${file} had ${size} bytes, and has ${kept.trim()}`);
  },
};

/** Waits until the claim has a capacity. */
async function grownTo(context: Context, namespace: string, storage: string): Promise<V1PersistentVolumeClaim> {
  let last: V1PersistentVolumeClaim | undefined;
  const { csiControllerLabels, csiNamespace } = context.settings;
  const options = {
    seconds: resizeSeconds,
    missing: () => `its capacity is ${last?.status?.capacity?.storage ?? "not set"}`,
    remedy: `run \`kubectl describe pvc ${claimName} -n ${namespace}\` and \`kubectl logs -l ${csiControllerLabels} -c csi-resizer -n ${csiNamespace}\``,
  };
  return context.until(`claim ${namespace}/${claimName} to have ${storage}`, options, async () => {
    last = await context.cluster.find("PersistentVolumeClaim", claimName, namespace);
    const has = last?.status?.capacity?.storage;
    return has !== undefined && bytes(has) >= bytes(storage) ? last : undefined;
  });
}
