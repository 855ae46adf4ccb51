import type { V1PersistentVolume, V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { scheduling } from "../../cluster/nodes";
import { ownedBy, ownerLabel } from "../../cluster/owned";
import { readyPod } from "../../cluster/pods";
import { boundPair, showPair } from "../../cluster/volumes";
import { workload } from "../../cluster/workloads";

const id = "local-volume";

/** Written into the volume, and removed again. */
const file = `/data/${ownerLabel.replace("/", "-")}`;

/** How many pods the scheduler may still place on a node that was just cordoned. */
const patience = 3;

/** A disk of one node: its pod runs only there, also while that node is cordoned. */
export const localVolume: Exercise = {
  id,
  section: "volumes",
  covers: ["local-volume"],
  title: "The pod of a local volume runs on the volume's node, and is Pending while that node is cordoned",
  proves: "the volume's nodeAffinity binds the pod to the node: its data is there, and the pod cannot move",
  readOnly: false,
  timeoutSeconds: 480,
  touches: ({ exampleNamespace, localDeployment }) => [`Deployment ${exampleNamespace}/${localDeployment}`, scheduling],
  async run(context) {
    const { exampleNamespace: namespace, localClaim, localVolume: volumeName } = context.settings;
    await uncordon(context);
    await showPair(context, namespace, localClaim, volumeName, place);
    const { volume } = await boundPair(context, namespace, localClaim);
    const node = nodeOf(volume);
    const before = await podOf(context, node);
    const name = before.metadata?.name ?? "";
    context.afterwards("removing the file from the volume", async (afterwards) => {
      const { metadata } = await podOf(afterwards, node);
      await afterwards.shell(namespace, metadata?.name ?? "", `rm -f ${file}`);
    });
    await context.shell(namespace, name, `echo 'written by ${before.metadata?.uid}' > ${file}`);
    context.saw("pod", `${name} on ${before.spec?.nodeName}`);

    context.afterwards("making the node take pods again", uncordon);
    await context.cluster.patch("Node", node, undefined, {
      metadata: { labels: { [ownerLabel]: ownedBy(id)[ownerLabel] ?? null } },
      spec: { unschedulable: true },
    });
    await context.cluster.remove("Pod", name, namespace);
    const waiting = await unscheduledPod(context, before);
    context.saw(`${node} cordoned, pod deleted`, `${waiting.name} is Pending: ${waiting.words}`);

    await uncordon(context);
    const after = await readyPod(context, namespace, waiting.name);
    const found = await context.shell(namespace, waiting.name, `cat ${file}`);
    context.saw(`${node} uncordoned`, `${waiting.name} on ${after.spec?.nodeName}, ${file} still exists: "${found}"`);
    if (after.spec?.nodeName !== node || found !== `written by ${before.metadata?.uid}`) {
      throw new Failure(
        `the new pod runs on ${after.spec?.nodeName} with "${found}" in ${file}; the disk is on ${node}`,
      );
    }
  },
};

function place(volume: V1PersistentVolume): string {
  return `local ${volume.spec?.local?.path} on ${nodeOf(volume)}`;
}

/** The node that a volume's nodeAffinity names. */
function nodeOf({ metadata, spec }: V1PersistentVolume): string {
  const expressions =
    spec?.nodeAffinity?.required?.nodeSelectorTerms.flatMap((term) => term.matchExpressions ?? []) ?? [];
  const [node, ...others] = expressions.flatMap(({ key, values }) =>
    key === "kubernetes.io/hostname" ? (values ?? []) : [],
  );
  if (!node || others.length > 0) throw new Failure(`the volume ${metadata?.name} does not name one node`);
  return node;
}

/** Uncordons the nodes that the exercise cordoned, in this run or in an interrupted one. */
async function uncordon({ cluster }: Context): Promise<void> {
  for (const { metadata } of await cluster.list("Node", { labels: `${ownerLabel}=${id}` })) {
    const labels = { [ownerLabel]: null };
    await cluster.patch("Node", metadata?.name ?? "", undefined, {
      metadata: { labels },
      spec: { unschedulable: null },
    });
  }
}

async function deploymentPods(context: Context): Promise<V1Pod[]> {
  const { exampleNamespace: namespace, localDeployment: name } = context.settings;
  const { pods } = await workload(context, { kind: "Deployment", namespace, name });
  return pods.filter(({ metadata }) => !metadata?.deletionTimestamp);
}

/** The Deployment's pod, Ready and on the volume's node. */
async function podOf(context: Context, node: string): Promise<V1Pod> {
  const { exampleNamespace: namespace, localDeployment } = context.settings;
  const [pod] = await deploymentPods(context);
  if (!pod) throw new Failure(`Deployment ${namespace}/${localDeployment} has no pod`);
  const ready = await readyPod(context, namespace, pod.metadata?.name ?? "");
  if (ready.spec?.nodeName === node) return ready;
  throw new Failure(
    `Pod ${namespace}/${ready.metadata?.name} is on ${ready.spec?.nodeName}, its volume's disk on ${node}`,
  );
}

/**
 * The next pod, which cannot be scheduled, and the scheduler's message. A scheduler that has not noticed the cordon yet may
 * place a pod there: that one is deleted, too, at most {@link patience} times.
 */
async function unscheduledPod(context: Context, before: V1Pod): Promise<{ name: string; words: string }> {
  const placed = new Set([before.metadata?.uid]);
  let last = "it does not exist yet";
  const options = { seconds: 120, missing: () => last };
  return context.until("the next pod to be unschedulable", options, async () => {
    const pod = (await deploymentPods(context)).find(({ metadata }) => !placed.has(metadata?.uid));
    const { name = "", namespace, uid } = pod?.metadata ?? {};
    if (pod?.spec?.nodeName) {
      last = `Pod ${name} was scheduled to ${pod.spec.nodeName}, although its volume's node is cordoned`;
      if (placed.size > patience) throw new Failure(last);
      context.saw("too early", `${name} was scheduled before the scheduler noticed the cordon; deleted`);
      placed.add(uid);
      await context.cluster.remove("Pod", name, namespace);
      return undefined;
    }
    if (pod) last = `${name} is ${pod.status?.phase}`;
    const condition = pod?.status?.conditions?.find(
      ({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable",
    );
    return condition ? { name, words: condition.message ?? "" } : undefined;
  });
}
