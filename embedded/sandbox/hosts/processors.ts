import { readFile } from "node:fs/promises";
import { allHosts, type HostPlan } from "../plan";

/**
 * The processor of this machine that a host keeps to. A User Mode Linux kernel and the processes in it hand over to each
 * other at every system call of the guest; across two processors that takes four to seven times as long
 * (docs/decisions.md).
 */
export async function processorOf(plan: HostPlan): Promise<number> {
  const usable = parseProcessors(await readFile("/proc/self/status", "utf8"));
  const place = allHosts.findIndex(({ name }) => name === plan.name);
  return usable[place % usable.length] ?? 0;
}

/** The processors that proc(5)'s status says a process may use, from a list like `0-1,4` (cpuset(7), "List format"). */
export function parseProcessors(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
