import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached, cacheRoot } from "./cache";
import { exclusively } from "./lock";
import type { Step } from "../../exercises/runner/progress";
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
  /** Whether the module stays out of the workspace above it, with versions of its own. @default false */
  apart?: boolean;
  /** String variables set by the linker, by their full name ("k8s.io/component-base/version.gitVersion"). */
  variables?: Record<string, string>;
}

const environment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
/** A compiler that lives for seconds need not collect garbage, as long as there is little; in all, a twentieth less work. */
const thrift = { GOGC: "off", GOMEMLIMIT: "1GiB" };
/**
 * Without debug information, which nobody here reads, the largest program links in a third less time; without a look at
 * the clone's git history a clone that belongs to another user builds too.
 */
const flags = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];
const remedy =
  "Building needs Go 1.21 or newer and a Go module proxy (`go env GOPROXY`). What is compiled stays compiled: run it again to continue.";

/**
 * Builds a Go program into the cache and returns the path of its executable; at once when it is there already.
 *
 * A build that was killed continues where it was, thanks to Go's own cache. The module's go.mod and go.sum pin what is
 * compiled, with those of its workspace where it is in one; they are never changed here.
 */
export async function goProgram(program: GoProgram, step: Step): Promise<string> {
  const cwd = program.module;
  const env = program.apart ? { ...environment, GOWORK: "off" } : environment;
  const target = program.package ?? ".";
  const set = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const ldflags = ["-s -w", ...set].join(" ");
  // Asked for in the module's folder: go.mod may choose a newer toolchain than the one installed.
  const answer = await run("go", ["env", "GOVERSION", "GOWORK"], { cwd, env, remedy });
  const [version = "", workspace = ""] = answer.split("\n");
  const sources = program.sources ?? (await readdir(program.module)).filter((file) => !file.endsWith("_test.go"));
  const inputs = {
    values: [version, target, ldflags, ...flags, ...Object.entries(environment).flat()],
    paths: [
      ...sources.sort().map((source) => join(program.module, source)),
      ...(workspace === "" || workspace === "off" ? [] : await versionFiles(workspace)),
    ],
  };
  const folder = await cached(program.name, inputs, async (output) => {
    step.waiting(`the modules of ${program.name}`);
    const packages = await run("go", ["list", "-deps", target], { cwd, env, remedy });
    const all = packages.split("\n").length;
    let compiled = 0;
    const args = ["build", "-v", ...flags, "-ldflags", ldflags, "-o", join(output, program.name), target];
    await alone(program.name, step, async () => {
      step.waiting(`${program.name}: ${all} packages, those that are not compiled yet`);
      await run("go", args, {
        cwd,
        env: { ...env, ...thrift },
        remedy,
        onLine: (line) =>
          step.waiting(`${program.name}: ${(compiled += 1)} of at most ${all} packages compiled (${line})`),
      });
    });
  });
  return join(folder, program.name);
}

/** One compilation at a time: it keeps all processors busy, and two at once would compile the same packages twice. */
function alone(name: string, step: Step, compile: () => Promise<void>): Promise<void> {
  const whileBusy = (_holder: string, wait: () => Promise<void>): Promise<void> => {
    step.waiting(`the Go compiler, which is busy, to turn to ${name}`);
    return wait();
  };
  return exclusively(
    join(cacheRoot(), "go.lock"),
    { holder: `process ${process.pid}, building ${name}`, whileBusy },
    compile,
  );
}

/** The files that decide on the versions of all modules in a workspace, whichever of its programs is built. */
async function versionFiles(workspace: string): Promise<string[]> {
  const cwd = dirname(workspace);
  const described = await run("go", ["work", "edit", "-json"], { cwd, env: environment, remedy });
  const { Use: modules } = JSON.parse(described) as { Use: { DiskPath: string }[] };
  const files = modules.flatMap(({ DiskPath: module }) => ["go.mod", "go.sum"].map((file) => join(cwd, module, file)));
  return [workspace, `${workspace}.sum`, ...files].filter((file) => existsSync(file));
}
