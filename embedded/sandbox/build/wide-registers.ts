import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../toolkit/cache";
import { run } from "../../toolkit/run";

const source = join(__dirname, "kernel", "wide-registers.c");

/** Whether the processor, by /proc/cpuinfo, has registers that User Mode Linux 6.1 has no room for. */
export function hasWideRegisters(cpuinfo: string): boolean {
  return /^flags\s*:.*\bamx_tile\b/m.test(cpuinfo);
}

/** The same of this machine. */
export async function needsWideRegisters(): Promise<boolean> {
  return hasWideRegisters(await readFile("/proc/cpuinfo", "utf8"));
}

/** The library that guests' kernels are started with on such a processor; undefined where they need none. */
export async function buildWideRegisters(): Promise<string | undefined> {
  if (!(await needsWideRegisters())) return undefined;
  const folder = await cached("wide-registers", { paths: [source, __filename] }, async (output) => {
    const flags = ["-O2", "-shared", "-fPIC", "-nostdlib", "-fno-stack-protector", "-Wall", "-Werror"];
    await run("gcc", [...flags, "-o", join(output, "wide-registers.so"), source], {
      remedy: "Install the package gcc.",
    });
  });
  return join(folder, "wide-registers.so");
}
