import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { listFirst } from "../../cluster/mounts";
import { exerciseNamespace, ownName } from "../../cluster/owned";
import { isReady, mountPath, podSeconds, startHelper, whyNotReady } from "../../cluster/pods";
import { registeredOn } from "./csi-node";
import { claimVolume, createCsiClaim, csiVolume } from "./csi-volume";
import { loggedCall } from "./driver-log";
import { nodePlugin } from "./driver-pods";
import { installedDriver, nodePlugins } from "./installed-driver";

const id = "csi-restart";
const pod = "user";

/** Longest wait for the kubelet to register the driver, in seconds. */
const registrationSeconds = 60;

/** Longest pause between two writes that still counts as "all the while", in seconds: a busy node starves a pod that long. */
const longestPause = 20;

/** Writes and reads a file twice a second, and notes the time of each success, until there is a file `stop`. */
const beat = `cd ${mountPath}
(while [ ! -e stop ]; do
  echo beat > file && cat file > /dev/null && date +%s >> beats
  sleep 0.5
done) > /dev/null 2>&1 &`;

/** The node plugin is needed to mount and to unmount, and not in between. */
export const csiRestart: Exercise = {
  id,
  section: "csi",
  covers: ["csi-restart"],
  title: "The CSI node plugin's pod is replaced under a mounted volume, and its data stay readable and writable",
  proves:
    "the kernel holds the mount, not the plugin: pods work on while it is away, and the new one registers with the kubelet and mounts again. A restart of the kubelet, which needs SSH, is in the handbook and not here",
  readOnly: false,
  timeoutSeconds: 900,
  touches: () => [`Namespace ${ownName(id)}`, nodePlugins],
  async run(context) {
    await installedDriver(context);
    const namespace = await exerciseNamespace(context);
    await createCsiClaim(context);
    const volume = (await csiVolume(context)).metadata?.name ?? "";
    const user = await startHelper(context, { name: pod, namespace, volume: claimVolume });
    const node = user.spec?.nodeName ?? "";
    await context.shell(namespace, pod, beat);

    const old = await nodePlugin(context, node);
    context.saw(`node plugin on ${node}`, `${old.metadata?.name}, uid ${old.metadata?.uid}`);
    const from = await clockOf(context, namespace);
    await context.cluster.remove("Pod", old.metadata?.name ?? "", context.settings.csiNamespace);
    const plugin = await replacement(context, node, old);
    const until = await clockOf(context, namespace);
    context.saw("deleted; the pod that replaces it", `${plugin.metadata?.name}, uid ${plugin.metadata?.uid}`);
    context.saw(`CSINode ${node}`, await registered(context, node));

    await startHelper(context, { name: "second", namespace, node, volume: claimVolume });
    const read = await context.shell(namespace, "second", `${listFirst(mountPath)}; cat ${mountPath}/file`);
    const call = await loggedCall(context, [plugin], "NodePublishVolume", volume);
    context.saw("a second pod then mounts it", `it reads "${read}"; the new plugin's log: ${call.text}`);
    if (read !== "beat") throw new Failure(`the second pod reads "${read}", not "beat"`);
    await judgeBeats(context, namespace, { from, until });
  },
};

/** Waits until another pod of the plugin is Ready on the node. */
async function replacement(context: Context, node: string, old: V1Pod): Promise<V1Pod> {
  const { csiNamespace: namespace, csiNodeLabels: labels } = context.settings;
  let last: V1Pod | undefined;
  const options = {
    seconds: podSeconds,
    missing: () => whyNotReady(context, last),
    remedy: `run \`kubectl describe pods -l ${labels} -n ${namespace}\``,
  };
  return context.until(`a new pod of the node plugin on ${node}`, options, async () => {
    const pods = await context.cluster.list("Pod", { namespace, labels });
    last = pods.find(({ metadata, spec }) => spec?.nodeName === node && metadata?.uid !== old.metadata?.uid);
    return last && isReady(last) ? last : undefined;
  });
}

/** Waits until the node's CSINode lists the driver, and returns its entry in one line. */
async function registered(context: Context, node: string): Promise<string> {
  const { csiDriver } = context.settings;
  const options = {
    seconds: registrationSeconds,
    remedy: `run \`kubectl get csinode ${node} -o yaml\`, and read the kubelet's log on ${node}`,
  };
  return context.until(`CSINode ${node} to list ${csiDriver}`, options, async () => {
    const driver = await registeredOn(context, node);
    return driver && `${driver.name}, nodeID ${driver.nodeID}`;
  });
}

/** The time by the clock of the writing pod's node, in seconds. */
async function clockOf(context: Context, namespace: string): Promise<number> {
  return Number(await context.shell(namespace, pod, "date +%s"));
}

/** Ends the writing, and fails if it stopped while there was no plugin, or paused for longer than a busy node explains. */
async function judgeBeats(context: Context, namespace: string, away: { from: number; until: number }): Promise<void> {
  const script = `cd ${mountPath}; date +%s; touch stop; cat beats`;
  const [now = "", ...lines] = (await context.shell(namespace, pod, script)).split("\n");
  const times = [...lines, now].map(Number);
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const longest = Math.max(...pauses, 0);
  const duration = Number(now) - (times[0] ?? 0);
  context.saw(
    "all the while the first pod wrote and read",
    `${lines.length} times in ${duration} s, with no pause of more than ${longest} s`,
  );
  // Both ends of the time are in whole seconds.
  const meanwhile = times.slice(0, -1).filter((time) => time > away.from && time <= away.until).length;
  context.saw("of these while there was no plugin", `${meanwhile} times in ${away.until - away.from} s`);
  const stood = away.until - away.from > 2 && meanwhile === 0;
  if (stood || longest > longestPause || lines.length < 2) {
    throw new Failure(
      `Pod ${namespace}/${pod} could not write and read for ${longest} s while the node plugin was replaced`,
      `run \`kubectl describe pod ${pod} -n ${namespace}\`, and look whether the NAS answers`,
    );
  }
}
