import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../exercise";
import { Failure } from "../failure";
import { nfsMountAt, parseMounts } from "../mounts";
import { readyPod } from "../pods";
import { quoted, redis, redisSet } from "../redis";
import type { Settings } from "../settings";
import { boundPair, claimMountedAt, nfsOf } from "../volumes";

/** The course's key. */
const key = "testkey";

/** Where the key's own value waits while the exercise uses the key: in Redis, so that it outlives an interrupted run. */
const savedKey = "storage-lab.example/exercise:testkey";

/** Set while the exercise uses the key: 1 when the key had a value before, 0 when it had none. */
const marker = "storage-lab.example/exercise";

interface Variant {
  id: string;
  title: string;
  /** The course's value for the key. */
  value: string;
  statefulSet: (settings: Settings) => string;
}

/** Persistence of a Redis: a key that was saved is there again in the pod that follows. */
function persistence({ id, title, value, statefulSet }: Variant): Exercise {
  return {
    id,
    title,
    proves: "what Redis saved is on the NAS, and the pod that takes the place of a deleted one finds it there",
    readOnly: false,
    timeoutSeconds: 300,
    touches: (settings) => [`StatefulSet ${settings.courseNamespace}/${statefulSet(settings)}`],
    async run(context) {
      const { pods, namespace } = await redisSet(context, statefulSet(context.settings));
      const name = pods[0]?.metadata?.name ?? "";
      const before = await readyPod(context, namespace, name);
      await borrowKey(context, namespace, name);

      const session = [`SET ${key} ${quoted(value)}`, `GET ${key}`, "SAVE"];
      const replies = await redis(context, namespace, name, session);
      context.saw(
        `in pod uid ${before.metadata?.uid}`,
        session.map((line, at) => `${line} → ${replies[at]}`).join("; "),
      );
      if (replies.join() !== ["OK", value, "OK"].join())
        throw new Failure(`Redis in Pod ${namespace}/${name} did not save`);

      const start = Date.now();
      await context.cluster.remove("Pod", name, namespace);
      const after = await readyPod(context, namespace, name, before.metadata?.uid);
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      context.saw(
        "pod deleted; the next one",
        `uid ${after.metadata?.uid} on ${after.spec?.nodeName}, Ready after ${seconds} s`,
      );

      const [found] = await redis(context, namespace, name, [`GET ${key}`]);
      context.saw(`in pod uid ${after.metadata?.uid}`, `GET ${key} → ${found}`);
      if (found !== value) {
        throw new Failure(
          `the new pod answers ${quoted(found ?? "")} for ${key}, not ${quoted(value)}: the data was lost`,
        );
      }
      await showData(context, after);
    },
  };
}

/** Shows that /data is the claim's directory on the NAS, and what is in it. */
async function showData(context: Context, pod: V1Pod): Promise<void> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const claim = claimMountedAt(pod, "/data");
  if (!claim) throw new Failure(`Pod ${namespace}/${name} has no claim at /data`);
  const { volume } = await boundPair(context, namespace, claim);
  const [directory = "", file = "", ...mounts] = (
    await context.shell(namespace, name, "ls -ld /data; ls -l /data/dump.rdb; cat /proc/mounts")
  ).split("\n");
  context.saw("ls -ld /data", directory);
  context.saw("ls -l /data/dump.rdb", file);
  context.saw("mount", nfsMountAt(parseMounts(mounts.join("\n")), "/data", nfsOf(volume)));
}

/** Puts the key's own value aside until the exercise is over; first gives back what an interrupted run has put aside. */
async function borrowKey(context: Context, namespace: string, pod: string): Promise<void> {
  await giveKeyBack(context, namespace, pod);
  const [copied] = await redis(context, namespace, pod, [`COPY ${key} ${savedKey} REPLACE`]);
  await redis(context, namespace, pod, [`SET ${marker} ${copied === "1" ? 1 : 0}`]);
  context.afterwards(`giving ${key} its own value back`, async (afterwards) => {
    await readyPod(afterwards, namespace, pod);
    await giveKeyBack(afterwards, namespace, pod);
  });
}

async function giveKeyBack(context: Context, namespace: string, pod: string): Promise<void> {
  const [had] = await redis(context, namespace, pod, [`GET ${marker}`]);
  if (!had) return;
  const restore = had === "1" ? `RENAME ${savedKey} ${key}` : `DEL ${key}`;
  await redis(context, namespace, pod, [restore, `DEL ${marker}`, "SAVE"]);
}

/** The Redis whose claim was made before it. */
export const persistenceExistingClaim = persistence({
  id: "persistence-existing-claim",
  title: "Redis on a claim that was there before it keeps its data when its pod is deleted",
  value: "Hello, Redis!",
  statefulSet: (settings) => settings.redisExistingClaim,
});

/** The Redis whose StatefulSet makes its claim from a template. */
export const persistenceTemplate = persistence({
  id: "persistence-template",
  title: "Redis on a claim from a template keeps its data when its pod is deleted",
  value: "Hello, Redis Dynamic PVC!",
  statefulSet: (settings) => settings.redisTemplate,
});
