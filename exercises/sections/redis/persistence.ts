import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { nfsMountAt, parseMounts } from "../../cluster/mounts";
import { readyPod } from "../../cluster/pods";
import { quoted, redisCli, redisSet } from "../../cluster/redis-set";
import type { Settings } from "../../runner/course-settings";
import { boundPair, claimMountedAt, nfsOf } from "../../cluster/volumes";

/** The course's key. */
const key = "testkey";

/** Stores the key's previous value while the exercise uses the key: in Redis, so that it survives an interrupted run. */
const savedKey = "storage-lab.example/exercise:testkey";

/** Set while the exercise uses the key. */
const marker = "storage-lab.example/exercise";

/** Saves the key's previous value, unless an interrupted run has done so already. */
const borrowKey = script(
  "if redis.call('SET', KEYS[1], 1, 'NX') then redis.call('COPY', KEYS[2], KEYS[3], 'REPLACE') end return 'OK'",
);

/** Restores the key's previous value, or deletes the key if it had none. */
const giveKeyBack = script(
  "if redis.call('DEL', KEYS[1]) == 1 then redis.call('DEL', KEYS[2])" +
    " if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('RENAME', KEYS[3], KEYS[2]) end end return 'OK'",
);

function script(lua: string): string {
  return `EVAL "${lua}" 3 ${marker} ${key} ${savedKey}`;
}

interface Variant {
  id: string;
  /** @default "redis" */
  section?: Exercise["section"];
  title: string;
  /** Fails where the cluster lacks what the StatefulSet's claim needs. */
  mustHave?: (context: Context) => Promise<unknown>;
  /** The course's value for the key. */
  value: string;
  statefulSet: (settings: Settings) => string;
  covers: Exercise["covers"];
}

/** Persistence of Redis: a saved key exists in the pod that replaces a deleted one. */
export function persistence({ id, section = "redis", mustHave, title, value, statefulSet, covers }: Variant): Exercise {
  return {
    id,
    section,
    covers,
    title,
    proves: "what Redis saved is on the NAS, and the pod that replaces a deleted one finds it there",
    readOnly: false,
    timeoutSeconds: 600,
    touches: (settings) => [`StatefulSet ${settings.courseNamespace}/${statefulSet(settings)}`],
    async run(context) {
      await mustHave?.(context);
      const { pods, namespace } = await redisSet(context, statefulSet(context.settings));
      const name = pods[0]?.metadata?.name ?? "";
      const before = await readyPod(context, namespace, name);
      context.afterwards(`giving ${key} its own value back`, async (afterwards) => {
        await readyPod(afterwards, namespace, name);
        await redisCli(afterwards, namespace, name, [giveKeyBack, "SAVE"]);
      });

      const session = [`SET ${key} ${quoted(value)}`, `GET ${key}`, "SAVE"];
      // The first SAVE resets a timer: after an hour without a save, Redis saves automatically when a key is set.
      const [, borrowed, ...replies] = await redisCli(context, namespace, name, ["SAVE", borrowKey, ...session]);
      context.saw(`pod uid ${before.metadata?.uid}`, session.map((line, at) => `${line} → ${replies[at]}`).join("; "));
      if ([borrowed, ...replies].join() !== ["OK", "OK", value, "OK"].join()) {
        throw new Failure(
          `Redis in Pod ${namespace}/${name} did not save`,
          `run \`kubectl logs ${name} -n ${namespace}\``,
        );
      }

      const start = Date.now();
      await context.cluster.remove("Pod", name, namespace);
      const after = await readyPod(context, namespace, name, before.metadata?.uid);
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      context.saw("deleted; the pod that replaces it", `on ${after.spec?.nodeName}, Ready after ${seconds} s`);
      await showData(context, after, value);
    },
  };
}

/** Shows that the value still exists, and that /data is the claim's directory on the NAS. */
async function showData(context: Context, pod: V1Pod, value: string): Promise<void> {
  const { name = "", namespace = "", uid } = pod.metadata ?? {};
  const claim = claimMountedAt(pod, "/data");
  if (!claim) throw new Failure(`Pod ${namespace}/${name} has no claim at /data`);
  const { volume } = await boundPair(context, namespace, claim);
  const commands = [`redis-cli GET ${key}`, "ls -ld /data /data/dump.rdb", "cat /proc/mounts"];
  const output = await context.shell(namespace, name, commands.join("; "));
  const [found = "", directory = "", file = "", ...mounts] = output.split("\n");
  context.saw(`pod uid ${uid}`, `GET ${key} → ${found}`);
  if (found !== value) {
    throw new Failure(`the new pod returns ${quoted(found)} for ${key}, not ${quoted(value)}: the data was lost`);
  }
  context.saw("ls -ld /data", directory);
  context.saw("ls -ld /data/dump.rdb", file);
  context.saw("mount", nfsMountAt(parseMounts(mounts.join("\n")), "/data", nfsOf(volume)));
}

/** The Redis on an existing claim. */
export const persistenceExistingClaim = persistence({
  id: "persistence-existing-claim",
  title: "Redis on an existing claim keeps its data when its pod is deleted",
  value: "Hello, Redis!",
  statefulSet: (settings) => settings.redisExistingClaim,
  covers: ["redis-existing-claim", "persistence"],
});

/** The Redis on a claim from a template. */
export const persistenceTemplate = persistence({
  id: "persistence-template",
  title: "Redis on a claim from a template keeps its data when its pod is deleted",
  value: "Hello, Redis Dynamic PVC!",
  statefulSet: (settings) => settings.redisTemplate,
  covers: ["redis-template", "persistence"],
});
