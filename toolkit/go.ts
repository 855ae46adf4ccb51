import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache";
import type { Step } from "./report";
import { run } from "./run";

export interface GoProgram {
  /** Name of the executable. */
  name: string;
  /** Folder of the Go module, with its go.mod. */
  module: string;
  /** Package of the program within the module. @default "." */
  package?: string;
  /** Files and folders the program is made from, relative to the module's. @default all in it but the Go tests */
  sources?: string[];
  /** String variables set by the linker, by their full name ("k8s.io/component-base/version.gitVersion"). */
  variables?: Record<string, string>;
}

const environment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
/**
 * Without debug information, which nobody here reads, the largest program links in a third less time; without a look at
 * the clone's git history a clone that belongs to another user builds too.
 */
const flags = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];
const remedy =
  "Building needs Go 1.21 or newer and a Go module proxy (`go env GOPROXY`). What is compiled stays compiled: run it again to continue.";

/**
 * Builds a Go program into the cache and answers the path of its executable; at once when it is there already.
 *
 * A build that was killed continues where it was, thanks to Go's own cache. The module's go.mod and go.sum pin what is
 * compiled; they are never changed here.
 */
export async function goProgram(program: GoProgram, step: Step): Promise<string> {
  const cwd = program.module;
  const target = program.package ?? ".";
  const set = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const ldflags = ["-s -w", ...set].join(" ");
  // Asked for in the module's folder: go.mod may choose a newer toolchain than the one installed.
  const version = await run("go", ["env", "GOVERSION"], { cwd, env: environment, remedy });
  const sources = program.sources ?? (await readdir(program.module)).filter((file) => !file.endsWith("_test.go"));
  const inputs = {
    values: [version, target, ldflags, ...flags, ...Object.entries(environment).flat()],
    paths: sources.sort().map((source) => join(program.module, source)),
  };
  const folder = await cached(program.name, inputs, async (output) => {
    step.waiting(`the modules of ${program.name}`);
    const packages = await run("go", ["list", "-deps", target], { cwd, env: environment, remedy });
    const all = packages.split("\n").length;
    let compiled = 0;
    const args = ["build", "-v", ...flags, "-ldflags", ldflags, "-o", join(output, program.name), target];
    step.waiting(`${program.name}: ${all} packages, those that are not compiled yet`);
    await run("go", args, {
      cwd,
      env: environment,
      remedy,
      onLine: (line) =>
        step.waiting(`${program.name}: ${(compiled += 1)} of at most ${all} packages compiled (${line})`),
    });
  });
  return join(folder, program.name);
}
