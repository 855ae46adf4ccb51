import type { V1Pod } from "@kubernetes/client-node";
import { borrowReplicas } from "../../cluster/borrowed-replicas";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { listFirst } from "../../cluster/mounts";
import { redisCli } from "../../cluster/redis-set";
import type { Settings } from "../../runner/course-settings";
import { claimMountedAt } from "../../cluster/volumes";
import { readyWorkload, scale, workloadLabel, type WorkloadRef } from "../../cluster/workloads";

/** The number of keys that each of two replicas gets. */
const count = 5;
const keysOf = (owner: "first" | "last"): string[] =>
  Array.from({ length: count }, (_, index) => `storage-lab.example/exercise:${owner}:${index + 1}`);

/** The saved copy of the file while the exercise uses it, empty if there was none. An interrupted run leaves it. */
const file = "/data/dump.rdb";
const saved = "/data/storage-lab-exercise.rdb";
const borrowFile = `${listFirst("/data")}; [ -e ${saved} ] || {
  if [ -e ${file} ]; then cp -p ${file} ${saved}.part; else : > ${saved}.part; fi && mv ${saved}.part ${saved}
}`;
const giveFileBack = `${listFirst("/data")}; if [ -s ${saved} ]; then mv ${saved} ${file}; elif [ -e ${saved} ]; then rm -f ${file} ${saved}; fi`;

/** The mistake: several Redis servers on one claim, each of which saves its data to the same file. */
export const redisShared: Exercise = {
  id: "redis-shared",
  section: "redis",
  covers: ["redis-shared"],
  title: "Three Redis on one claim: the last SAVE wins, and the data of the others is lost",
  proves: "one claim for several replicas is not a cluster: each has its own data, and all overwrite the same file",
  readOnly: false,
  timeoutSeconds: 480,
  touches: (settings) => [workloadLabel(theSet(settings))],
  async run(context) {
    const ref = theSet(context.settings);
    const { namespace } = ref;
    const [first, last] = (await readyWorkload(context, ref)).pods.map(({ metadata }) => metadata?.name);
    if (!first || !last) throw new Failure(`${workloadLabel(ref)} should have several replicas`);
    await context.shell(namespace, first, borrowFile);
    // Registered first and so undone last: a pod that is scaled down saves once more.
    context.afterwards("removing the keys and giving the file back", async (afterwards) => {
      const forget = [`DEL ${[...keysOf("first"), ...keysOf("last")].join(" ")}`];
      await Promise.all([first, last].map((pod) => redisCli(afterwards, namespace, pod, forget)));
      await afterwards.shell(namespace, first, giveFileBack);
    });
    await borrowReplicas(context, ref);

    const { pods } = await readyWorkload(context, ref);
    mustShare(pods, context.settings.redisSharedClaim);
    context.saw(`on the one claim ${context.settings.redisSharedClaim}`, pods.map(nameOf).join(", "));
    await write(context, namespace, first, "first");
    await write(context, namespace, last, "last");
    // The next pod must find the file on whichever node it starts.
    await Promise.all(pods.map((pod) => context.shell(namespace, nameOf(pod), listFirst("/data"))));
    const next = nameOf((await scale(context, ref, pods.length + 1)).pods.at(-1));
    await look(context, namespace, first, { first: count, last: 0 });
    await look(context, namespace, last, { first: 0, last: count });
    await look(context, namespace, next, { first: 0, last: count });
    context.saw("lost", `${count} of ${2 * count} keys, although each SAVE returned OK`);
  },
};

function theSet({ exampleNamespace, redisShared: name }: Settings): WorkloadRef<"StatefulSet"> {
  return { kind: "StatefulSet", namespace: exampleNamespace, name };
}

function nameOf(pod: V1Pod | undefined): string {
  return pod?.metadata?.name ?? "";
}

function mustShare(pods: V1Pod[], claim: string): void {
  for (const pod of pods) {
    const mounted = claimMountedAt(pod, "/data");
    if (mounted !== claim) throw new Failure(`Pod ${nameOf(pod)} should have ${claim} at /data, but has ${mounted}`);
  }
}

async function write(context: Context, namespace: string, pod: string, owner: "first" | "last"): Promise<void> {
  const pairs = keysOf(owner).map((key) => `${key} ${pod}`);
  // The first SAVE resets a timer: after an hour without a save, Redis saves automatically when a key is set.
  const replies = await redisCli(context, namespace, pod, ["SAVE", `MSET ${pairs.join(" ")}`, "SAVE"]);
  context.saw(`${pod} saves ${owner}`, `MSET of ${count} keys → ${replies[1]}; SAVE → ${replies[2]}`);
}

/** Counts the keys of a replica, and fails unless the numbers are as expected. */
async function look(
  context: Context,
  namespace: string,
  pod: string,
  expected: { first: number; last: number },
): Promise<void> {
  const asked = [keysOf("first"), keysOf("last")].map((keys) => `EXISTS ${keys.join(" ")}`);
  const [first, last] = (await redisCli(context, namespace, pod, asked)).map((reply) =>
    Number(reply.match(/\d+/)?.[0]),
  );
  const line = `${first} of the keys that were saved first, ${last} of those that were saved last`;
  context.saw(`${pod} has`, line);
  if (first !== expected.first || last !== expected.last) {
    throw new Failure(`${pod} should have ${expected.first} and ${expected.last} keys, but has ${line}`);
  }
}
