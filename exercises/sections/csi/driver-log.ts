import type { V1Pod } from "@kubernetes/client-node";
import type { Context } from "../../runner/exercise";
import { driverContainer } from "./installed-driver";

/** Longest wait for a call of the driver, in seconds: the kubelet unmounts, and controllers retry, some seconds later. */
const callSeconds = 90;

/** How many lines of a log to search. */
const tailLines = 4000;

/** A line of a log that is read with timestamps. */
export interface LogLine {
  at: Date;
  text: string;
}

/**
 * The first line of a log, read with timestamps, in which the driver was called for a volume. A line has both names, or it
 * is one of upstream's pairs, of which the first has the call's name (`GRPC call: /csi.v1.Node/NodePublishVolume`) and the
 * second the volume's (`GRPC request: {…}`).
 */
export function findCall(log: string, call: string, volume: string): LogLine | undefined {
  const named = new RegExp(`\\b${call}\\b`);
  // Pairs of calls at the same time may mix: each request then belongs to one of these.
  let open: LogLine[] = [];
  let requests = 0;
  for (const line of linesOf(log)) {
    if (named.test(line.text) && line.text.includes(volume)) return line;
    if (line.text.includes("GRPC call:")) {
      if (requests === open.length) [open, requests] = [[], 0];
      open.push(line);
    } else if (line.text.includes("GRPC request:")) {
      requests++;
      const called = line.text.includes(volume) && open.find(({ text }) => named.test(text));
      if (called) return { at: called.at, text: `${called.text}, ${line.text}` };
    }
  }
  return undefined;
}

function linesOf(log: string): LogLine[] {
  return log.split("\n").flatMap((line) => {
    const [, time = "", text = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
    const at = new Date(time);
    return Number.isNaN(at.getTime()) ? [] : [{ at, text: withoutHeader(text) }];
  });
}

/** A line of klog without severity, time, process and place in the source. */
export function withoutHeader(line: string): string {
  return line.replace(/^[IWEF]\d{4} \S+ +\d+ \S+\] /, "");
}

/** Waits until one of the driver's pods logged a call for a volume. */
export async function loggedCall(context: Context, pods: V1Pod[], call: string, volume: string): Promise<LogLine> {
  const names = pods.map(({ metadata }) => metadata?.name ?? "");
  const { csiNamespace: namespace } = context.settings;
  const options = {
    seconds: callSeconds,
    missing: () => `the log of Pod ${names.join(", ")} has no such line`,
    remedy: `run \`kubectl logs ${names[0]} -c ${driverContainer} -n ${namespace}\``,
  };
  return context.until(`the call ${call} for volume ${volume}`, options, async () => {
    for (const name of names) {
      const log = await context.cluster.log(namespace, name, {
        container: driverContainer,
        tailLines,
        timestamps: true,
      });
      const found = findCall(log, call, volume);
      if (found) return found;
    }
    return undefined;
  });
}
