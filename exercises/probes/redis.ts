import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../exercise";
import { Failure } from "../failure";
import { checkMode } from "../modes";
import { nfsMountAt, parseMounts } from "../mounts";
import { askUntilRight, parts } from "../names";
import { redisSet } from "../redis";
import type { Settings } from "../settings";
import { boundPair, claimMountedAt, nfsOf } from "../volumes";

/** Longest wait for DNS, in seconds: a pod that has just become Ready is known a moment later. */
const dnsSeconds = 15;

/** Looks at /data as a program does that opens it, so that a mount whose export is gone is found out. */
const look = `echo '## mounts'; cat /proc/mounts
echo '## data'; timeout 5 ls -la /data 2>&1; echo "ended with $?"
echo '## mode'; timeout 5 stat -c %a /data 2>&1
echo '## writable'; [ -w /data ] && echo yes
echo '## ping'; timeout 5 redis-cli PING 2>&1
echo '## saving'; timeout 5 redis-cli INFO persistence 2>&1
exit 0`;

function probe(id: string, title: string, statefulSet: (settings: Settings) => string): Exercise {
  return {
    id,
    title,
    proves: "its data is on the NAS, and it answers, also under the names that its headless Service gives",
    readOnly: true,
    timeoutSeconds: 30,
    touches: () => [],
    async run(context) {
      const { name, namespace, set, pods, service } = await redisSet(context, statefulSet(context.settings));
      const ready = `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 1}`;
      context.saw(`StatefulSet ${namespace}/${name}`, `READY ${ready}, Service ${service}`);
      if ((set.status?.readyReplicas ?? 0) < (set.spec?.replicas ?? 1)) {
        throw new Failure(
          `StatefulSet ${namespace}/${name} is READY ${ready}`,
          `look at \`kubectl get pods -n ${namespace}\``,
        );
      }
      await Promise.all(pods.map((pod) => lookAtData(context, pod)));
      const first = pods[0]?.metadata?.name ?? "";
      const answers = await askUntilRight(context, namespace, first, [name], dnsSeconds);
      for (const line of answers) context.saw(`DNS in ${first}`, line);
    },
  };
}

async function lookAtData(context: Context, pod: V1Pod): Promise<void> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const claim = claimMountedAt(pod, "/data");
  if (!claim) throw new Failure(`Pod ${namespace}/${name} has no claim at /data`);
  const { volume } = await boundPair(context, namespace, claim);
  const source = nfsOf(volume);
  const seen = parts(await context.shell(namespace, name, look));
  const part = (of: string): string => seen.get(of) ?? "";
  context.saw(`claim ${namespace}/${claim}`, `Bound to ${volume.metadata?.name}`);
  context.saw(`/data in ${name}`, nfsMountAt(parseMounts(part("mounts")), "/data", source));
  checkData(
    { pod: `${namespace}/${name}`, directory: `${source.server}:${source.path}` },
    part("data"),
    part("writable"),
  );
  checkMode(context.settings, source.path, part("mode"));
  context.saw("its mode", part("mode"));
  context.saw(`redis-cli PING in ${name}`, part("ping"));
  if (part("ping") !== "PONG")
    throw new Failure(`Redis in Pod ${namespace}/${name} answers PING with: ${part("ping")}`);
  const saving = /^rdb_last_bgsave_status:(\w+)/m.exec(part("saving"))?.[1] ?? "unknown";
  context.saw("its last background save", saving);
  if (saving !== "ok") {
    throw new Failure(
      `the last background save of Redis in Pod ${namespace}/${name} ended: ${saving}`,
      "read the pod's log",
    );
  }
}

/** Fails when the directory cannot be listed or written: the words that the kernel then has name the cause. */
export function checkData(where: { pod: string; directory: string }, listing: string, writable: string): void {
  const remedy = "look at `exportfs -s` and at the directory's mode on the NAS; raise `generation` to apply them again";
  if (!listing.endsWith("ended with 0")) {
    throw new Failure(`/data of Pod ${where.pod} (${where.directory}) cannot be read: ${listing}`, remedy);
  }
  if (writable !== "yes") throw new Failure(`/data of Pod ${where.pod} (${where.directory}) cannot be written`, remedy);
}

export const redisExistingClaim = probe(
  "redis-existing-claim",
  "Redis on a claim that was there before it runs on the NAS and answers",
  (settings) => settings.redisExistingClaim,
);

export const redisTemplate = probe(
  "redis-template",
  "Redis on a claim from a template runs on the NAS and answers",
  (settings) => settings.redisTemplate,
);
