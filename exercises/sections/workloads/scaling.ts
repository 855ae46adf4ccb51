import { randomUUID } from "node:crypto";
import type { V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import { borrowReplicas, templateClaims } from "../../cluster/borrowed-replicas";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { aboutPod } from "../../cluster/dns-queries";
import { isReady, podSeconds, readyPod } from "../../cluster/pods";
import { queryUntilRight } from "../../cluster/pod-queries";
import { redisCli } from "../../cluster/redis-set";
import type { Settings } from "../../runner/course-settings";
import { claimMountedAt } from "../../cluster/volumes";
import {
  readyWorkload,
  scale,
  workload,
  type Workload,
  workloadLabel,
  type WorkloadRef,
} from "../../cluster/workloads";

const replicas = 3;

/** Longest wait for DNS to return new pods, in seconds: a resolver may cache for 30 s that a name does not exist. */
const dnsSeconds = 90;

/** Longest wait for pods to end one after the other, in seconds. */
const endSeconds = 120;

const key = "storage-lab.example/exercise:scaling";

/** A StatefulSet is scaled up, down and up again: names, order, storage. */
export const scalingStatefulSet: Exercise = {
  id: "scaling-stateful-set",
  section: "workloads",
  covers: ["stateful-set", "headless-services"],
  title: "A StatefulSet scales up and down in order, and a replica that is created again gets its claim and its data",
  proves: "a StatefulSet's pods have stable names, an order and a claim each; scaling down keeps the claims",
  readOnly: false,
  timeoutSeconds: 600,
  touches: (settings) => [workloadLabel(theSet(settings))],
  async run(context) {
    const ref = theSet(context.settings);
    const { namespace, name } = ref;
    await borrowReplicas(context, ref);
    await scale(context, ref, 1);
    const { object, pods } = await grow(context, ref);
    const claims = await ownClaims(context, ref, pods);

    const second = `${name}-1`;
    const asked = await queryUntilRight(context, { namespace, pod: `${name}-0` }, dnsSeconds, async () => {
      const pod = await readyPod(context, namespace, second);
      return aboutPod(context, pod, object.spec.serviceName ?? "");
    });
    for (const line of asked) context.saw(`from ${name}-0`, line);

    const word = randomUUID();
    context.afterwards("removing the key", async (afterwards) => {
      // If the course has two replicas, the claim exists after the exercise.
      if (!(await afterwards.cluster.find("Pod", second, namespace))) return;
      await readyPod(afterwards, namespace, second);
      await redisCli(afterwards, namespace, second, [`DEL ${key}`, "SAVE"]);
    });
    const before = await readyPod(context, namespace, second);
    await redisCli(context, namespace, second, [`SET ${key} ${word}`, "SAVE"]);
    await shrink(context, ref);
    mustRemain(context, claims, await templateClaims(context, ref));

    await scale(context, ref, 2);
    const after = await readyPod(context, namespace, second, before.metadata?.uid);
    const claim = (await templateClaims(context, ref)).find(({ metadata }) => metadata?.name === claimOf(after));
    const [found] = await redisCli(context, namespace, second, [`GET ${key}`]);
    context.saw(
      `${second} again, pod uid ${after.metadata?.uid}`,
      `claim uid ${claim?.metadata?.uid}, its key: ${found}`,
    );
    if (claim?.metadata?.uid !== claims.get(claimOf(after))) {
      throw new Failure(`${second} should have its previous claim, uid ${claims.get(claimOf(after))}`);
    }
    if (found !== word) throw new Failure(`${second} should find ${word} on its claim, but finds ${found}`);
  },
};

function theSet({ courseNamespace, redisTemplate }: Settings): WorkloadRef<"StatefulSet"> {
  return { kind: "StatefulSet", namespace: courseNamespace, name: redisTemplate };
}

function claimOf(pod: V1Pod): string {
  return claimMountedAt(pod, "/data") ?? "";
}

/** Scales up, and checks that each pod is created only when the previous one is Ready. Clocks of hosts are not compared. */
async function grow(context: Context, ref: WorkloadRef<"StatefulSet">): Promise<Workload<"StatefulSet">> {
  await context.cluster.patch(ref.kind, ref.name, ref.namespace, { spec: { replicas } });
  let last: V1Pod[] = [];
  const options = {
    seconds: podSeconds * replicas,
    interval: 200,
    missing: () => `it has ${last.map(({ metadata }) => metadata?.name).join(", ")}`,
  };
  await context.until(`${workloadLabel(ref)} to have ${replicas} pods`, options, async () => {
    const { pods } = await workload(context, ref);
    for (const pod of pods.slice(last.length)) mustFollow(ref.name, pod, pods);
    last = pods;
    return pods.length === replicas ? true : undefined;
  });
  const grown = await readyWorkload(context, ref);
  for (const pod of grown.pods) {
    const created = new Date(pod.metadata?.creationTimestamp ?? NaN);
    context.saw(pod.metadata?.name ?? "", `created ${time(created)}, running since ${time(runningSince(pod))}`);
  }
  return grown;
}

/** Fails unless a new pod is named after its number, and all previous ones are Ready. */
export function mustFollow(set: string, pod: V1Pod, pods: V1Pod[]): void {
  const index = pods.indexOf(pod);
  const name = pod.metadata?.name;
  if (name !== `${set}-${index}`) throw new Failure(`pod ${index} should be ${set}-${index}, not ${name}`);
  const early = pods.slice(0, index).find((previous) => !isReady(previous));
  if (early) throw new Failure(`${name} was created before ${early.metadata?.name} was Ready`);
}

function runningSince(pod: V1Pod): Date {
  return new Date(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? NaN);
}

function time(date: Date): string {
  return date.toISOString().slice(11, 19);
}

/** Returns the uids of the pods' claims by name; fails if two pods share one, or if one is not from the template. */
async function ownClaims(context: Context, ref: WorkloadRef, pods: V1Pod[]): Promise<Map<string, string>> {
  const made = new Map((await templateClaims(context, ref)).map((claim) => [claim.metadata?.name ?? "", claim]));
  const uids = new Map<string, string>();
  for (const pod of pods) {
    const name = claimOf(pod);
    const claim = made.get(name);
    if (!claim || uids.has(name))
      throw new Failure(`Pod ${pod.metadata?.name} does not have its own claim, but ${name}`);
    context.saw(`claim of ${pod.metadata?.name}`, `${name} → ${claim.spec?.volumeName}`);
    uids.set(name, claim.metadata?.uid ?? "");
  }
  return uids;
}

/** Scales to one, and checks the order of termination: each pod only after the next higher one. */
async function shrink(context: Context, ref: WorkloadRef): Promise<void> {
  await context.cluster.patch(ref.kind, ref.name, ref.namespace, { spec: { replicas: 1 } });
  const ending: string[] = [];
  const options = { seconds: endSeconds, interval: 200, missing: () => `terminating so far: ${ending.join(", ")}` };
  await context.until(`${workloadLabel(ref)} to have one pod`, options, async () => {
    const { pods } = await workload(context, ref);
    const now = pods.filter(({ metadata }) => metadata?.deletionTimestamp).map(({ metadata }) => metadata?.name ?? "");
    if (now.length > 1) throw new Failure(`${now.join(" and ")} terminate at the same time, not one after the other`);
    if (now[0] && ending.at(-1) !== now[0]) ending.push(now[0]);
    return pods.length === 1 ? true : undefined;
  });
  context.saw("scaled to 1: terminated", ending.join(", then "));
}

/** Fails unless the same claims still exist. */
function mustRemain(context: Context, uids: Map<string, string>, now: V1PersistentVolumeClaim[]): void {
  const kept = now.filter(
    ({ metadata, status }) => uids.get(metadata?.name ?? "") === metadata?.uid && status?.phase === "Bound",
  );
  context.saw("claims afterwards", kept.map(({ metadata }) => metadata?.name).join(", "));
  if (kept.length < uids.size) throw new Failure(`of ${uids.size} claims only ${kept.length} are left and Bound`);
}
