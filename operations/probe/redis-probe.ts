import type { V1Pod } from "@kubernetes/client-node";
import type { Check, Context } from "../../exercises/runner/exercise";
import { Failure } from "../../exercises/runner/failure";
import { nfsMountAt, parseMounts } from "../../exercises/cluster/mounts";
import { aboutRedis, dnsNamesOf } from "../../exercises/cluster/dns-queries";
import { queryUntilRight, type PodQuery } from "../../exercises/cluster/pod-queries";
import { redisSet } from "../../exercises/cluster/redis-set";
import type { Settings } from "../../exercises/runner/course-settings";
import { boundPair, claimMountedAt, nfsOf } from "../../exercises/cluster/volumes";

/** Longest wait for the expected results, in seconds; who waits for a lab looks again. */
const answerSeconds = 2;

/** Only shell builtins: the course's Redis is limited to a tenth of a CPU, which its readiness probe needs too. */
const readMounts = 'while read -r line; do echo "$line"; done < /proc/mounts';

function probe(id: string, title: string, statefulSet: (settings: Settings) => string): Check {
  return {
    id,
    title,
    proves: "its data is on the NAS, and it replies, also under the names of its headless Service",
    readOnly: true,
    timeoutSeconds: 90,
    touches: () => [],
    async run(context) {
      const { name, namespace, set, pods, service } = await redisSet(context, statefulSet(context.settings));
      const ready = `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 1}`;
      context.saw(`StatefulSet ${namespace}/${name}`, `READY ${ready}, Service ${service}`);
      if ((set.status?.readyReplicas ?? 0) < (set.spec?.replicas ?? 1)) {
        throw new Failure(
          `StatefulSet ${namespace}/${name} is READY ${ready}`,
          `run \`kubectl get pods -n ${namespace}\``,
        );
      }
      await Promise.all(pods.map((pod) => lookInto(context, pod, service)));
    },
  };
}

async function lookInto(context: Context, pod: V1Pod, service: string): Promise<void> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const claim = claimMountedAt(pod, "/data");
  if (!claim) throw new Failure(`Pod ${namespace}/${name} has no claim at /data`);
  const { volume } = await boundPair(context, namespace, claim);
  context.saw(`claim ${namespace}/${claim}`, `Bound to ${volume.metadata?.name}`);
  const source = nfsOf(volume);
  const queries = [
    { command: readMounts, judge: (output: string) => nfsMountAt(parseMounts(output), "/data", source) },
    aboutData(`${source.server}:${source.path}`),
    aboutServer(dnsNamesOf(context, pod, service).full, pod.status?.podIP ?? ""),
  ];
  const ask = (): Promise<PodQuery[]> => Promise.resolve(queries);
  const lines = await queryUntilRight(context, { namespace, pod: name }, answerSeconds, ask);
  for (const line of lines) context.saw(`in Pod ${name}`, line);
}

/** Lists /data like a program that opens it, to detect a mount whose export was withdrawn. */
export function aboutData(directory: string): PodQuery {
  return {
    command: "ls -la /data && [ -w /data ] && echo writable",
    judge(output) {
      const mode = /^d\S+/m.exec(output)?.[0];
      if (mode && output.endsWith("writable")) return `/data is writable, mode ${mode}`;
      const words = mode ? `its mode is ${mode}, and it cannot be written` : output || "no answer";
      throw new Failure(
        `/data, which is ${directory}: ${words}`,
        "check `exportfs -s` and the directory on the NAS; `up` applies both again",
      );
    },
  };
}

/** Redis replies under the pod's stable name, and its last background save succeeded. */
export function aboutServer(name: string, address: string): PodQuery {
  const { command, judge } = aboutRedis(name, [address], "INFO persistence");
  return {
    command,
    judge(output) {
      const line = judge(output);
      const saving = /^rdb_last_bgsave_status:(\w+)/m.exec(output)?.[1] ?? "unknown";
      if (saving !== "ok")
        throw new Failure(`the last background save of Redis ended: ${saving}`, "check the pod's log");
      return `${line}, last background save ok`;
    },
  };
}

export const redisExistingClaim = probe(
  "redis-existing-claim",
  "Redis on an existing claim stores its data on the NAS and replies",
  (settings) => settings.redisExistingClaim,
);

export const redisTemplate = probe(
  "redis-template",
  "Redis on a claim from a template stores its data on the NAS and replies",
  (settings) => settings.redisTemplate,
);
