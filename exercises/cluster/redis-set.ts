import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";
import { workload } from "./workloads";

/** Runs commands with `redis-cli` in a pod and returns the replies, one for each command. */
export async function redisCli(
  context: Context,
  namespace: string,
  pod: string,
  commands: string[],
): Promise<string[]> {
  const output = await context.shell(namespace, pod, `redis-cli <<'COMMANDS'\n${commands.join("\n")}\nCOMMANDS`);
  const replies = output.split("\n");
  while (replies.length < commands.length) replies.push("");
  const refused = replies.find((reply) =>
    /^\(?(ERR|error|MISCONF|NOAUTH|READONLY|LOADING|Could not connect)\b/.test(reply),
  );
  if (refused) throw new Failure(`Redis in Pod ${namespace}/${pod} refused one of ${commands.join("; ")}: ${refused}`);
  return replies;
}

/** A value as `redis-cli` reads it on standard input: in double quotes. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

/** One of the course's Redis StatefulSets, with its pods in order. */
export interface RedisSet {
  name: string;
  namespace: string;
  /** Its headless Service. */
  service: string;
  set: V1StatefulSet;
  pods: V1Pod[];
}

/** Reads a Redis StatefulSet of the course's namespace, or of another, and its pods; fails if it does not exist or has no pod. */
export async function redisSet(
  context: Context,
  name: string,
  namespace = context.settings.courseNamespace,
): Promise<RedisSet> {
  const { object: set, pods } = await workload(context, { kind: "StatefulSet", namespace, name });
  if (pods.length === 0) {
    throw new Failure(
      `StatefulSet ${namespace}/${name} has no pod`,
      `run \`kubectl describe statefulset ${name} -n ${namespace}\``,
    );
  }
  return { name, namespace, service: set.spec.serviceName ?? "", set, pods };
}
