import type { Context, Exercise } from "../../runner/exercise";
import { Failure, missing } from "../../runner/failure";
import { aboutSet, dnsNamesOf } from "../../cluster/dns-queries";
import { nodesForPods } from "../../cluster/nodes";
import { startHelper } from "../../cluster/pods";
import { queryUntilRight } from "../../cluster/pod-queries";
import { redisSet, type RedisSet } from "../../cluster/redis-set";

/** Longest wait for DNS to follow the pods, in seconds: a resolver may cache a result for 30 s, and nodes may be busy. */
const dnsSeconds = 120;

/** The stable names of a headless Service, resolved from every node. */
export const dns: Exercise = {
  id: "dns",
  section: "redis",
  covers: ["headless-services"],
  title: "Each Redis pod replies to PING under its stable name, from a pod on every node",
  proves: "with serviceName and the headless Service each pod has its own name, which follows it to a new address",
  readOnly: false,
  timeoutSeconds: 480,
  touches: ({ courseNamespace, redisExistingClaim, redisTemplate }) => [
    `StatefulSet ${courseNamespace}/${redisExistingClaim}`,
    `StatefulSet ${courseNamespace}/${redisTemplate}`,
  ],
  async run(context) {
    const { courseNamespace, redisExistingClaim, redisTemplate } = context.settings;
    const sets = [redisExistingClaim, redisTemplate];
    const found = await Promise.all(sets.map((name) => redisSet(context, name)));
    for (const set of found) await checkService(context, set);
    await Promise.all(found.map((set) => showHostsFiles(context, set)));
    const names = await nodesForPods(context, 1);
    await Promise.all(
      names.map(async (node) => {
        // In the course's namespace, because a short name is completed with the namespace of the querying pod.
        const pod = `storage-lab-exercise-dns-${node}`;
        await startHelper(context, { name: pod, namespace: courseNamespace, node });
        const asked = await queryUntilRight(context, { namespace: courseNamespace, pod }, dnsSeconds, async () => {
          const current = await Promise.all(sets.map((name) => redisSet(context, name)));
          return current.flatMap((set) => aboutSet(context, set));
        });
        for (const line of asked) context.saw(`from ${node}`, line);
      }),
    );
  },
};

async function checkService(context: Context, { namespace, name, service }: RedisSet): Promise<void> {
  const found = await context.cluster.find("Service", service, namespace);
  if (!found) {
    throw new Failure(
      `${missing(`Service ${namespace}/${service}`).message}, which StatefulSet ${name} names as its serviceName`,
      "the headless Service must have the name that serviceName contains",
    );
  }
  if (found.spec?.clusterIP !== "None") {
    throw new Failure(`Service ${namespace}/${service} is not headless: its clusterIP is ${found.spec?.clusterIP}`);
  }
}

/** A pod's own hosts file has its full name. */
async function showHostsFiles(context: Context, { namespace, service, pods }: RedisSet): Promise<void> {
  await Promise.all(
    pods.map(async (pod) => {
      const name = pod.metadata?.name ?? "";
      const { full } = dnsNamesOf(context, pod, service);
      const hosts = (await context.shell(namespace, name, "cat /etc/hosts")).split("\n");
      const line = hosts.find((entry) => entry.split(/\s+/).includes(full));
      if (!line) throw new Failure(`/etc/hosts of Pod ${namespace}/${name} does not hold ${full}`);
      context.saw(`/etc/hosts of ${name}`, line.replace(/\s+/g, " "));
    }),
  );
}
