import type {
  CoreV1Event,
  KubernetesObject,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
} from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { claimLine, volumeLine } from "./volumes";

/** Longest wait for the volume controller, in seconds: it checks Pending claims every 15 s. */
const controllerSeconds = 60;

export type VolumePhase = "Available" | "Bound" | "Released" | "Failed";
export type ClaimPhase = "Pending" | "Bound" | "Lost";

/** Waits until a volume is in a phase, and returns it. */
export async function volumeInPhase(context: Context, name: string, phase: VolumePhase): Promise<V1PersistentVolume> {
  let last: V1PersistentVolume | undefined;
  const options = {
    seconds: controllerSeconds,
    interval: 200,
    missing: () => (last ? `it is ${volumeLine(last)}` : "there is none"),
    remedy: `run \`kubectl describe pv ${name}\``,
  };
  return context.until(`volume ${name} to be ${phase}`, options, async () => {
    last = await context.cluster.find("PersistentVolume", name);
    return last?.status?.phase === phase ? last : undefined;
  });
}

/** Waits until a claim is in a phase, and returns it. */
export async function claimInPhase(
  context: Context,
  { namespace, name }: { namespace: string; name: string },
  phase: ClaimPhase,
): Promise<V1PersistentVolumeClaim> {
  let last: V1PersistentVolumeClaim | undefined;
  const options = {
    seconds: controllerSeconds,
    interval: 200,
    missing: () => (last ? `it is ${claimLine(last)}` : "there is none"),
    remedy: `run \`kubectl describe pvc ${name} -n ${namespace}\``,
  };
  return context.until(`claim ${namespace}/${name} to be ${phase}`, options, async () => {
    last = await context.cluster.find("PersistentVolumeClaim", name, namespace);
    return last?.status?.phase === phase ? last : undefined;
  });
}

/** Waits until an object is deleted. */
export async function gone(
  context: Context,
  kind: "PersistentVolume" | "PersistentVolumeClaim",
  name: string,
  namespace?: string,
): Promise<void> {
  const what = `${kind} ${namespace ? `${namespace}/${name}` : name} to be gone`;
  await context.until(what, { seconds: controllerSeconds, interval: 200 }, async () =>
    (await context.cluster.find(kind, name, namespace)) ? undefined : true,
  );
}

/** Waits for an event about an object that has one of these reasons, and returns it as `reason: message`. */
export async function eventAbout(context: Context, object: KubernetesObject, reasons: string[]): Promise<string> {
  const { reason, message } = await findEvent(context, object, reasons);
  return `${reason}: ${message}`;
}

/** Waits for an event about an object that has one of these reasons, and returns it. */
export async function findEvent(context: Context, object: KubernetesObject, reasons: string[]): Promise<CoreV1Event> {
  const { namespace, name, uid } = object.metadata ?? {};
  const what = `the event ${reasons.join(" or ")} about ${namespace}/${name}`;
  return context.until(what, { seconds: 40 }, async () => {
    const events = await context.cluster.list("Event", { namespace, fields: `involvedObject.uid=${uid}` });
    return events.find(({ reason }) => reason !== undefined && reasons.includes(reason));
  });
}
