import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { Context } from "./exercise";
import { Failure, missing } from "./failure";

/** Types commands into `redis-cli` in a pod and answers the replies, one a command. */
export async function redis(context: Context, namespace: string, pod: string, commands: string[]): Promise<string[]> {
  const output = await context.shell(namespace, pod, `redis-cli <<'COMMANDS'\n${commands.join("\n")}\nCOMMANDS`);
  const replies = output.split("\n");
  while (replies.length < commands.length) replies.push("");
  const refused = replies.find((reply) =>
    /^\(?(ERR|error|MISCONF|NOAUTH|READONLY|LOADING|Could not connect)\b/.test(reply),
  );
  if (refused) throw new Failure(`Redis in Pod ${namespace}/${pod} refused one of ${commands.join("; ")}: ${refused}`);
  return replies;
}

/** A value as `redis-cli` takes it on its standard input: in double quotes, blanks included. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

/** One of the course's Redis StatefulSets, with its pods in order. */
export interface RedisSet {
  name: string;
  namespace: string;
  /** The headless Service that gives its pods their names. */
  service: string;
  set: V1StatefulSet;
  pods: V1Pod[];
}

/** Reads a Redis StatefulSet and its pods; fails when it is not there or has no pod. */
export async function redisSet(context: Context, name: string): Promise<RedisSet> {
  const namespace = context.settings.courseNamespace;
  const set = await context.cluster.find("StatefulSet", name, namespace);
  if (!set?.spec) throw missing(`StatefulSet ${namespace}/${name}`);
  const labels = Object.entries(set.spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const pods = await context.cluster.list("Pod", { namespace, labels: labels.join(",") });
  pods.sort((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? "", "en", { numeric: true }));
  if (pods.length === 0) {
    throw new Failure(
      `StatefulSet ${namespace}/${name} has no pod`,
      `look at \`kubectl describe statefulset ${name} -n ${namespace}\``,
    );
  }
  return { name, namespace, service: set.spec.serviceName ?? "", set, pods };
}
