import type { V1Pod } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";
import { isReady } from "./pods";
import type { PodQuery } from "./pod-queries";
import type { RedisSet } from "./redis-set";

const remedy = "check the log of the cluster's DNS, and run `kubectl get endpointslices` in the course's namespace";

/** A pod's stable name under a headless Service, and the short one for its own namespace. */
export function dnsNamesOf(context: Context, pod: V1Pod, service: string): { full: string; short: string } {
  const short = `${pod.metadata?.name}.${service}`;
  return { short, full: `${short}.${pod.metadata?.namespace}.svc.${context.settings.clusterDomain}` };
}

/** Queries for all names of a set: its Service's, and each pod's full and short name. */
export function aboutSet(context: Context, set: RedisSet): PodQuery[] {
  return [aboutService(context, set), ...set.pods.flatMap((pod) => aboutPod(context, pod, set.service))];
}

/** Queries for the names of one pod: the full one resolves to its address, and Redis replies under both. */
export function aboutPod(context: Context, pod: V1Pod, service: string): PodQuery[] {
  const { full, short } = dnsNamesOf(context, pod, service);
  const address = pod.status?.podIP ?? "";
  return [aboutAddresses(full, [address]), aboutRedis(full, [address]), aboutRedis(short, [address])];
}

/** A headless Service resolves to the addresses of its Ready pods; other Services resolve to their own. */
export function aboutService(context: Context, { service, namespace, pods }: RedisSet): PodQuery {
  return aboutAddresses(`${service}.${namespace}.svc.${context.settings.clusterDomain}`, readyAddresses(pods));
}

/** The addresses of those pods that a Service sends clients to. */
export function readyAddresses(pods: V1Pod[]): string[] {
  return pods.filter(isReady).map((pod) => pod.status?.podIP ?? "");
}

/** A name resolves to exactly these addresses, with getent, or with nslookup if the image has no getent. */
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
 * Redis replies to PING under a name; `CLIENT INFO` tells which address accepted the connection.
 * @param expected Addresses of the pods that may reply.
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
 * Reads addresses from the output of `nslookup` (of busybox or BIND) or `getent ahostsv4`, without that of the name server,
 * which nslookup prints first. Sorted and unique; empty if the name does not resolve.
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
