import type { Context } from "./exercise";
import { isReady } from "./pods";
import { redisSet, type RedisSet } from "./redis";

/** Shell function that looks up the IPv4 addresses of a name with what the image has. */
const lookup = `lookup() {
  if command -v nslookup > /dev/null; then nslookup "$1"; else getent ahostsv4 "$1"; fi
}`;

/**
 * Asks DNS and Redis from a pod about all pods and Services of some Redis StatefulSets until every answer is right: a resolver
 * keeps an old answer, or that there is none, for some seconds. Answers one line a name.
 */
export async function askUntilRight(
  context: Context,
  namespace: string,
  from: string,
  sets: string[],
  seconds: number,
): Promise<string[]> {
  let wrong: string[] = [];
  const options = {
    seconds,
    interval: 1000,
    missing: () => wrong.join("; "),
    remedy: "look at the log of the cluster's DNS, and at `kubectl get endpointslices` in the course's namespace",
  };
  return context.until(`DNS to answer Pod ${from}`, options, async () => {
    const current = await Promise.all(sets.map((set) => redisSet(context, set)));
    const questions = current.flatMap((set) => questionsAbout(context, set));
    const script = [lookup, ...questions.flatMap(({ commands }) => commands)].join("\n");
    const answers = parts(await context.shell(namespace, from, `${script}\nexit 0`));
    const judged = questions.map(({ judge }) => judge(answers));
    wrong = judged.flatMap((judgement) => judgement.wrong ?? []);
    return wrong.length === 0 ? judged.map(({ line }) => line) : undefined;
  });
}

/** Commands whose output parts are announced with `## …`, and what is right about them. */
interface Question {
  commands: string[];
  judge: (answers: Map<string, string>) => { line: string; wrong?: string };
}

function questionsAbout(context: Context, { service, namespace, pods }: RedisSet): Question[] {
  const serviceName = `${service}.${namespace}.svc.${context.settings.clusterDomain}`;
  const ready = pods.filter(isReady).map((pod) => pod.status?.podIP ?? "");
  return [
    aboutService(serviceName, ready),
    ...pods.map((pod) => {
      const name = pod.metadata?.name ?? "";
      return aboutPod(fullName(context, name, service, namespace), `${name}.${service}`, pod.status?.podIP ?? "");
    }),
  ];
}

/** A headless Service answers with the addresses of its Ready pods, where another would answer with its own. */
export function aboutService(name: string, ready: string[]): Question {
  return {
    commands: [`echo '## lookup ${name}'`, `lookup ${name} 2>&1`],
    judge(answers) {
      const found = addresses(answers.get(`lookup ${name}`) ?? "").join(", ");
      const line = `${name} → ${found || "no answer"}`;
      const expected = [...ready].sort().join(", ");
      return found === expected ? { line } : { line, wrong: `${line}, but its Ready pods have ${expected || "none"}` };
    },
  };
}

/** A pod is found under its full name and its short one; `CLIENT INFO` tells which address took the connection. */
export function aboutPod(full: string, short: string, address: string): Question {
  const ask = (name: string): string[] => [
    `echo '## redis ${name}'`,
    `timeout 5 redis-cli -h ${name} PING 2>&1`,
    `timeout 5 redis-cli -h ${name} CLIENT INFO 2>&1`,
  ];
  return {
    commands: [`echo '## lookup ${full}'`, `lookup ${full} 2>&1`, ...ask(full), ...ask(short)],
    judge(answers) {
      const found = addresses(answers.get(`lookup ${full}`) ?? "").join(", ") || "no answer";
      const replies = [full, short].map((name) => {
        const reply = answers.get(`redis ${name}`) ?? "";
        const [first = ""] = reply.split("\n");
        return { name, pong: first, address: / laddr=([\d.]+):/.exec(reply)?.[1] ?? "nowhere" };
      });
      const line = [
        `${full} → ${found}`,
        ...replies.map((reply) => `redis-cli -h ${reply.name} PING → ${reply.pong} from ${reply.address}`),
      ].join("; ");
      const right = found === address && replies.every((reply) => reply.pong === "PONG" && reply.address === address);
      return right ? { line } : { line, wrong: `${line}, but the pod has ${address || "no address"}` };
    },
  };
}

/** The stable name that a headless Service gives a pod. */
export function fullName(context: Context, pod: string, service: string, namespace: string): string {
  return `${pod}.${service}.${namespace}.svc.${context.settings.clusterDomain}`;
}

/**
 * Reads addresses from the answer of `nslookup` (of busybox or of BIND) or of `getent ahostsv4`, without those of the
 * name server, which nslookup prints first. In order, each once; none when the name has no answer.
 */
export function addresses(answer: string): string[] {
  const lines = answer.split("\n");
  const found = lines.flatMap((line, index) => {
    const nslookup = /^Address(?: \d+)?:\s*([\d.]+)(?:\s|$)/.exec(line);
    const getent = /^([\d.]+)\s+(?:STREAM|DGRAM|RAW)\b/.exec(line);
    const ofServer = nslookup && /^Server:/.test(lines[index - 1] ?? "");
    return ofServer ? [] : [nslookup?.[1] ?? getent?.[1] ?? []].flat();
  });
  return [...new Set(found)].sort();
}

/** Splits the output of a script that announces each part with a line `## name`. */
export function parts(output: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of output.split(/^## /m).slice(1)) {
    const end = part.indexOf("\n");
    found.set(end < 0 ? part : part.slice(0, end), end < 0 ? "" : part.slice(end + 1).trim());
  }
  return found;
}
