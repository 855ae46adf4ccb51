import type { V1EnvVar, V1Pod, V1Volume } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";
import { ownedBy } from "./owned";

/** A pod that does nothing but wait for commands. */
export interface HelperPod {
  name: string;
  namespace: string;
  /** The node to run on, without the scheduler. */
  node?: string;
  /** Labels of the nodes from which the scheduler chooses. */
  nodeSelector?: Record<string, string>;
  /** Mounted at {@link mountPath}. */
  volume?: HelperVolume;
  /** Several volumes, mounted at `/mnt/<name>`. */
  volumes?: Record<string, HelperVolume>;
  /** Whether all of them are mounted read-only. */
  readOnly?: boolean;
  env?: V1EnvVar[];
  /** Whether its container is restarted when it ends, as on `kill 1`. @default "Never" */
  restartPolicy?: "Always" | "Never";
  /** What its container runs. @default a shell that sleeps, of the setting `toolsImage` */
  program?: { image: string; command: string[] };
}

type HelperVolume = Omit<V1Volume, "name">;

/** Mount path of one of a helper pod's volumes. */
export function mountedAt(volume: string): string {
  return `/mnt/${volume}`;
}

/** Mount path of a helper pod's only volume. */
export const mountPath = mountedAt("volume");

/** Longest life of a helper pod, in seconds: a pod that an interrupted run left behind ends by itself. */
const helperLife = 900;

/** Longest wait for a pod to be Ready, in seconds: room for busy nodes, an image pull and an NFS mount's retries. */
export const podSeconds = 240;

/** Longest wait for a pod to be deleted, in seconds: a busy node needs time to end a pod and to unmount. */
const goneSeconds = 180;

/** States of a container that do not end by waiting. */
const hopeless = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
];

/** Starts a helper pod and waits until it can take commands. */
export async function startHelper(context: Context, helper: HelperPod): Promise<V1Pod> {
  await createHelper(context, helper);
  return readyPod(context, helper.namespace, helper.name);
}

/** Creates a helper pod without waiting for it, for pods that may not start. */
export async function createHelper(context: Context, helper: HelperPod): Promise<V1Pod> {
  const { name, namespace, node, nodeSelector, volume, readOnly, env, restartPolicy = "Never" } = helper;
  const volumes = Object.entries({ ...(volume && { volume }), ...helper.volumes });
  return context.cluster.create("Pod", {
    metadata: { name, namespace, labels: ownedBy(context.id) },
    spec: {
      nodeName: node,
      nodeSelector,
      restartPolicy,
      activeDeadlineSeconds: helperLife,
      // It has nothing to save.
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      containers: [
        {
          name: "tools",
          image: helper.program?.image ?? (await toolsImage(context)),
          imagePullPolicy: "IfNotPresent",
          // A container's first process ignores signals without a handler.
          command: helper.program?.command ?? ["sh", "-c", `trap 'exit 0' TERM; sleep ${helperLife} & wait`],
          env,
          resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
          volumeMounts: volumes.map(([volumeName]) => ({
            name: volumeName,
            mountPath: mountedAt(volumeName),
            readOnly,
          })),
        },
      ],
      volumes: volumes.map(([volumeName, source]) => ({ name: volumeName, ...source })),
    },
  });
}

/** Deletes a pod and waits until it is deleted and unmounted. */
export async function endPod(context: Context, namespace: string, name: string): Promise<void> {
  await context.cluster.remove("Pod", name, namespace);
  await context.until(`Pod ${namespace}/${name} to be gone`, { seconds: goneSeconds }, async () =>
    (await context.cluster.find("Pod", name, namespace)) ? undefined : true,
  );
}

/** Waits until a pod of the course is Ready and returns it; fails immediately if it does not exist. */
export async function coursePod(context: Context, namespace: string, name: string): Promise<V1Pod> {
  await context.mustFind("Pod", name, namespace);
  return readyPod(context, namespace, name);
}

/**
 * Waits until a pod is Ready and returns it.
 * @param not The uid of a previous pod of the same name, which is ignored.
 */
export async function readyPod(context: Context, namespace: string, name: string, not?: string): Promise<V1Pod> {
  let last: V1Pod | undefined;
  const options = {
    seconds: podSeconds,
    missing: () => whyNotReady(context, last),
    remedy: `run \`kubectl describe pod ${name} -n ${namespace}\``,
  };
  return context.until(`Pod ${namespace}/${name} to be Ready`, options, async () => {
    const pod = await context.cluster.find("Pod", name, namespace);
    last = pod?.metadata?.uid === not ? undefined : pod;
    if (last) mayStart(last);
    return last && isReady(last) ? last : undefined;
  });
}

/** Fails if a pod cannot start, for example without its image. */
export function mayStart(pod: V1Pod): void {
  const stuck = pod.status?.containerStatuses?.[0]?.state?.waiting;
  if (!stuck?.reason || !hopeless.includes(stuck.reason)) return;
  throw new Failure(
    `Pod ${pod.metadata?.namespace}/${pod.metadata?.name} cannot start: ${stuck.reason}: ${stuck.message ?? ""}`,
    "give an image that every node has or can pull (for the pods that exercises start: --tools-image)",
  );
}

export function isReady(pod: V1Pod): boolean {
  return !pod.metadata?.deletionTimestamp && condition(pod, "Ready") === "True";
}

function condition(pod: V1Pod, type: string): string | undefined {
  return pod.status?.conditions?.find((candidate) => candidate.type === type)?.status;
}

/** Why a pod is not Ready, with the last warning event: a failed mount is reported only there. */
export async function whyNotReady(context: Context, pod: V1Pod | undefined): Promise<string> {
  return `${podLine(pod)}${await lastWarning(context, pod)}`;
}

function podLine(pod: V1Pod | undefined): string {
  if (!pod) return "the pod does not exist yet";
  if (pod.metadata?.deletionTimestamp) return "it is terminating";
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled) return `it cannot be scheduled: ${unscheduled.message}`;
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  return `it is ${pod.status?.phase} on ${pod.spec?.nodeName}${waiting ? `, its container waits: ${waiting.reason}` : ""}`;
}

async function lastWarning(context: Context, pod: V1Pod | undefined): Promise<string> {
  if (!pod?.metadata?.uid) return "";
  const { namespace } = pod.metadata;
  const fields = `involvedObject.uid=${pod.metadata.uid},type=Warning`;
  const event = (await context.cluster.list("Event", { namespace, fields })).at(-1);
  return event ? `; ${event.reason}: ${event.message}` : "";
}

/** The image for helper pods: the configured one, otherwise that of the course's Redis. */
async function toolsImage(context: Context): Promise<string> {
  const { toolsImage: image, courseNamespace, redisExistingClaim, redisTemplate } = context.settings;
  if (image) return image;
  for (const name of [redisExistingClaim, redisTemplate]) {
    const set = await context.cluster.find("StatefulSet", name, courseNamespace);
    const found = set?.spec?.template.spec?.containers[0]?.image;
    if (found) return found;
  }
  throw new Failure(
    "there is no image for the pods that exercises start: this cluster does not have the course's StatefulSets",
    "set one with --tools-image",
  );
}
