import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { exerciseNamespace, ownName } from "../../cluster/owned";
import { mountPath, readyPod, startHelper } from "../../cluster/pods";
import { eventAbout } from "../../cluster/volume-phases";
import { quoted, redisCli } from "../../cluster/redis-set";
import { bytes } from "../rules/quota";
import { claimName, claimVolume, createCsiClaim, csiVolume } from "./csi-volume";
import { loggedCall } from "./driver-log";
import { controllerPods } from "./driver-pods";
import { installedSection } from "./installed-driver";

const id = "csi-expand";
const pod = "redis";
const file = `${mountPath}/larger`;
const value = "Hello, larger claim!";

/** Longest wait for Redis to reply, in seconds. */
const redisSeconds = 30;

/** Longest wait for the resizer, in seconds. */
const resizeSeconds = 60;

const sizes = { before: "1Mi", written: "3Mi", after: "4Mi" };

/** A claim grows under a running Redis. It can be smaller than what was written to it, because NFS counts nothing. */
export const csiExpand: Exercise = {
  id,
  section: "csi",
  covers: ["csi-expansion"],
  title: "A claim of the CSI class grows while Redis runs on it",
  proves:
    "the resizer calls ControllerExpandVolume and sets the claim's capacity, and Redis is not restarted; on NFS the size is only a number, which nothing enforces",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const { storageClass, redis } = await installedSection(context);
    if (!storageClass.allowVolumeExpansion) {
      throw new Failure(`StorageClass ${storageClass.metadata?.name} does not have allowVolumeExpansion: true`);
    }
    const namespace = await exerciseNamespace(context);
    const claim = await createCsiClaim(context, sizes.before);
    const volume = (await csiVolume(context)).metadata?.name ?? "";
    const image = redis.spec?.template.spec?.containers[0]?.image ?? "";
    const program = { image, command: ["redis-server", "--dir", mountPath] };
    const before = await startHelper(context, { name: pod, namespace, volume: claimVolume, program });
    const run = await runId(context, namespace);
    await redisCli(context, namespace, pod, [`SET key ${quoted(value)}`, "SAVE"]);
    const size = bytes(sizes.written);
    const written = await context.shell(namespace, pod, `head -c ${size} /dev/zero > ${file} && wc -c < ${file}`);
    context.saw(
      `claim of ${sizes.before}`,
      `Redis runs on it, and its pod wrote ${written.trim()} bytes: NFS enforces no size`,
    );

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
    const [found] = await redisCli(context, namespace, pod, ["GET key", "SAVE"]);
    const same = (await runId(context, namespace)) === run;
    context.saw("Redis", `${same ? "the same process" : "another process"}; GET key → ${found}; it saves to the claim`);
    if (!same || found !== value) throw new Failure(`Redis in Pod ${namespace}/${pod} was restarted, or lost its data`);
    const kept = await context.shell(namespace, pod, `wc -c < ${file}`);
    if (kept.trim() !== String(size)) throw new Failure(`${file} had ${size} bytes, and has ${kept.trim()}`);
  },
};

/** The id that Redis gives itself when it starts; waits until it replies. */
function runId(context: Context, namespace: string): Promise<string> {
  const remedy = `run \`kubectl logs ${pod} -n ${namespace}\``;
  return context.until("Redis to reply", { seconds: redisSeconds, remedy }, async () => {
    const info = await context.shell(namespace, pod, "redis-cli INFO server || true");
    return /^run_id:(\w+)/m.exec(info)?.[1];
  });
}

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
