import type { V1Pod } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";
import { isReady } from "./pods";
import type { PodQuery } from "./pod-queries";
import type { RedisSet } from "./redis-set";

const remedy = "check the log of the cluster's DNS, and run `kubectl get endpointslices` in the course's namespace";

/** The stable name that a headless Service gives a pod, and the short one that its own namespace may use. */
export function dnsNamesOf(context: Context, pod: V1Pod, service: string): { full: string; short: string } {
  const short = `${pod.metadata?.name}.${service}`;
  return { short, full: `${short}.${pod.metadata?.namespace}.svc.${context.settings.clusterDomain}` };
}

/** All names of a set: its Service's, and each pod's, where Redis has to answer under the full and the short one. */
export function aboutSet(context: Context, set: RedisSet): PodQuery[] {
  return [aboutService(context, set), ...set.pods.flatMap((pod) => aboutPod(context, pod, set.service))];
}

/** The names of one pod: it has its address under the full one, and answers under the full and the short one. */
export function aboutPod(context: Context, pod: V1Pod, service: string): PodQuery[] {
  const { full, short } = dnsNamesOf(context, pod, service);
  const address = pod.status?.podIP ?? "";
  return [aboutAddresses(full, [address]), aboutRedis(full, [address]), aboutRedis(short, [address])];
}

/** A headless Service answers with the addresses of its Ready pods, where another would answer with its own. */
export function aboutService(context: Context, { service, namespace, pods }: RedisSet): PodQuery {
  return aboutAddresses(`${service}.${namespace}.svc.${context.settings.clusterDomain}`, readyAddresses(pods));
}

/** The addresses of those pods that a Service sends clients to. */
export function readyAddresses(pods: V1Pod[]): string[] {
  return pods.filter(isReady).map((pod) => pod.status?.podIP ?? "");
}

/** A name has these addresses and no others, as the resolver of programs sees it, or else nslookup. */
export function aboutAddresses(name: string, expected: string[]): PodQuery {
  return {
    command: `if command -v getent > /dev/null; then getent ahostsv4 ${name}; else nslookup ${name}; fi`,
    judge(output) {
      const found = addresses(output).join(", ");
      const words = output.trim().split("\n").at(-1);
      const line = `${name} → ${found || (words ? `no answer (${words})` : "no answer")}`;
      const right = [...expected].sort().join(", ");
      if (found !== right) throw new Failure(`${line}, expected ${right || "no answer"}`, remedy);
      return line;
    },
  };
}

/**
 * Redis answers PING under a name; `CLIENT INFO` tells which address took the connection.
 * @param expected Addresses of the pods that may answer.
 * @param more Further commands for the same session.
 */
export function aboutRedis(name: string, expected: string[], ...more: string[]): PodQuery {
  return {
    command: `timeout 15 redis-cli -h ${name} <<'END'\n${["PING", "CLIENT INFO", ...more].join("\n")}\nEND`,
    judge(output) {
      const pong = output.split("\n")[0] || "no answer";
      const from = / laddr=([\d.]+):/.exec(output)?.[1];
      const line = `redis-cli -h ${name} PING → ${pong}${from ? ` from ${from}` : ""}`;
      if (pong !== "PONG" || !from || !expected.includes(from)) {
        throw new Failure(`${line}, expected ${expected.join(" or ")}`, remedy);
      }
      return line;
    },
  };
}

/**
 * Reads addresses from the answer of `nslookup` (of busybox or of BIND) or of `getent ahostsv4`, without those of the
 * name server, which nslookup prints first. In order, each once; none when the name has no answer.
 */
export function addresses(answer: string): string[] {
  const lines = answer.split("\n");
  const found = lines.flatMap((line, index) => {
    if (/^Server:/.test(lines[index - 1] ?? "")) return [];
    const nslookup = /^Address(?: \d+)?:\s*([\d.]+)(?:\s|$)/.exec(line);
    const getent = /^([\d.]+)\s+(?:STREAM|DGRAM|RAW)\b/.exec(line);
    return nslookup?.[1] ?? getent?.[1] ?? [];
  });
  return [...new Set(found)].sort();
}
